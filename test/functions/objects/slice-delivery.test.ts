import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { CountMismatchError } from "../../../functions/platform/errors.ts";
import type { DeliverBatch, Delivery } from "../../../functions/mixpanel/deliver-batch.ts";
import { lengthOf } from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import { deliverSlice } from "../../../functions/objects/slice-delivery.ts";
import type { Transform } from "../../../functions/event/transform-contract.ts";
import { DEADLINE } from "../support/fake-mixpanel.ts";
import { sendersOf } from "../support/senders.ts";
import { ZERO_UPDATES } from "../../../functions/records/counters.ts";
import { GOOD, IDENTITY, IGNORED, sliceOf } from "../support/slices.ts";

const PROBLEM = { reason: "rejected", field: "properties.a", error: "bad" } as const;

const ACCEPTED: Delivery = {
  imported: 0,
  rejected: [],
  pending: [],
  retryReason: undefined,
  requests: 1,
  retries: 2,
};

const acceptAll: DeliverBatch = (batch) =>
  Promise.resolve({ ...ACCEPTED, imported: lengthOf(batch) });

const rejectAll: DeliverBatch = (batch) =>
  Promise.resolve({
    ...ACCEPTED,
    rejected: batch.ends.map((_, index) => ({ index, problem: PROBLEM })),
  });

const CONTEXT = { deadline: DEADLINE, deliveryAttempt: 1 };

describe("the delivery of a slice", () => {
  it("accounts for everything", async () => {
    const outcome = await deliverSlice(
      sliceOf([GOOD, "{", IGNORED, IDENTITY]),
      sendersOf(acceptAll),
      CONTEXT,
    );
    assert.deepEqual(outcome.counters, {
      records: { read: 4, dropped: 1, unusable: 1, used: 2 },
      events: { produced: 2, imported: 2, rejected: 0, idsAdded: 2 },
      profiles: ZERO_UPDATES,
      groups: ZERO_UPDATES,
      requests: 2,
      retries: 4,
    });
    assert.deepEqual(
      outcome.dead.map(({ line, bytes }) => [line, bytes.toString("utf8")]),
      [[2, "{"]],
    );
    assert.deepEqual(outcome.firstError, {
      reason: "malformed",
      field: "",
      error: "not valid JSON: cut off",
      line: 2,
    });
    assert.equal(outcome.retryReason, undefined);
  });

  it("sends identity events on their own", async () => {
    const kinds: [boolean, number][] = [];
    await deliverSlice(
      sliceOf([GOOD, IDENTITY, GOOD, IDENTITY, IDENTITY]),
      sendersOf((batch, context) => {
        kinds.push([context.isIdentity, lengthOf(batch)]);
        return acceptAll(batch, context);
      }),
      CONTEXT,
    );
    assert.deepEqual(kinds.toSorted(), [
      [false, 2],
      [true, 3],
    ]);
  });

  it("puts rejected and unusable records in the object's order", async () => {
    const { dead, firstError } = await deliverSlice(
      sliceOf([GOOD, "{", IDENTITY, "["]),
      sendersOf(rejectAll),
      CONTEXT,
    );
    assert.deepEqual(
      dead.map(({ line, problem }) => [line, problem.reason]),
      [
        [1, "rejected"],
        [2, "malformed"],
        [3, "rejected"],
        [4, "malformed"],
      ],
    );
    assert.deepEqual(firstError, { reason: "rejected", field: "properties.a", line: 1 });
  });

  it("makes one dead record of a record of which several events are rejected alike", async () => {
    const transform: Transform = () =>
      Array.from({ length: 5 }, () => ({ event: "e", properties: { time: 1 } }));
    const { dead, counters } = await deliverSlice(
      sliceOf(["{}"], { events: 2, transform }),
      sendersOf(rejectAll),
      CONTEXT,
    );
    assert.deepEqual([dead.length, counters.events.rejected], [1, 5]);
    assert.equal(dead[0]?.bytes.toString("utf8"), "{}");
  });

  it("makes a dead record of each record of a line that are rejected alike", async () => {
    const { dead } = await deliverSlice(
      sliceOf([GOOD, GOOD, IDENTITY], { areOnOneLine: true }),
      sendersOf(rejectAll),
      CONTEXT,
    );
    assert.deepEqual(
      dead.map(({ line, bytes }) => [line, bytes.toString("utf8")]),
      [
        [1, GOOD],
        [1, GOOD],
        [1, IDENTITY],
      ],
    );
  });

  it("says why it cannot be settled", async () => {
    const outcome = await deliverSlice(
      sliceOf([GOOD, GOOD]),
      sendersOf(() =>
        Promise.resolve({ ...ACCEPTED, imported: 1, pending: [1], retryReason: "down" }),
      ),
      CONTEXT,
    );
    assert.equal(outcome.retryReason, "down");
  });

  it("fails when what came back is not what was sent", async () => {
    for (const delivery of [
      { ...ACCEPTED, imported: 1 },
      { ...ACCEPTED, imported: 3 },
      { ...ACCEPTED, imported: 2, rejected: [{ index: 0, problem: PROBLEM }] },
    ])
      await assert.rejects(
        deliverSlice(
          sliceOf([GOOD, GOOD]),
          sendersOf(() => Promise.resolve(delivery)),
          CONTEXT,
        ),
        CountMismatchError,
      );
  });

  it("does nothing for a slice without events", async () => {
    const never: DeliverBatch = () => Promise.reject(new Error("called"));
    const { counters } = await deliverSlice(sliceOf([IGNORED]), sendersOf(never), CONTEXT);
    assert.deepEqual(counters.records, { read: 1, dropped: 1, unusable: 0, used: 0 });
  });
});
