import assert from "node:assert/strict";
import { test } from "node:test";

import { toDeadLetters } from "../../../functions/records/dead-letter.ts";
import { messageOrigin } from "../../../functions/messages/message-origin.ts";
import type { PushedMessage } from "../../../functions/platform/push-request.ts";
import type { RecordBytes } from "../../../functions/event/record.ts";

function message(attributes: Readonly<Record<string, string>>): PushedMessage {
  return {
    data: Buffer.alloc(0),
    attributes,
    messageId: "77",
    publishTime: "2026-01-01T00:00:00.000Z",
    subscription: "projects/p/subscriptions/events",
    deliveryAttempt: 1,
  };
}

function record(index: number): RecordBytes {
  const bytes = Buffer.from("x");
  return { bytes, start: 0, end: 1, offset: index, line: index + 1, hasLineBreaks: false };
}

test("a message is the source of its own records", () => {
  const { deadLetters, records } = messageOrigin(message({ kind: "web", version: "1" }));

  assert.deepEqual(deadLetters, {
    source: "projects/p/subscriptions/events",
    attributes: { messageId: "77", publishTime: "2026-01-01T00:00:00.000Z" },
    original: { kind: "web", version: "1" },
    hasLines: false,
    replays: 0,
  });
  assert.deepEqual(records.contextOf(record(0)), {
    source: "message",
    messageId: "77",
    publishTime: "2026-01-01T00:00:00.000Z",
    attributes: { kind: "web", version: "1" },
  });
  assert.equal(records.positionOf(record(3)), "77:3");
});

const REPLAYED_OBJECT = {
  version: "1",
  reason: "rejected",
  field: "",
  error: "no",
  records: "4",
  source: "gs://b/o.json#5",
  bucketId: "b",
  objectId: "o.json",
  objectGeneration: "5",
  lines: "3,7-9",
  replays: "2",
};

test("a replayed record of an object gets its object and its line back", () => {
  const { records, lineOf } = messageOrigin(message(REPLAYED_OBJECT));

  assert.deepEqual(records.contextOf(record(2)), {
    source: "object",
    bucket: "b",
    object: "o.json",
    generation: "5",
    line: 8,
  });
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((index) => lineOf(record(index))),
    [3, 7, 8, 9, 5],
  );
});

test("a replayed record that dies again has the same source, lines and replays", () => {
  const { deadLetters, lineOf } = messageOrigin(message(REPLAYED_OBJECT));
  const problem = { reason: "rejected", field: "f", error: "still no" } as const;
  const dead = [1, 2].map((index) => ({
    problem,
    bytes: Buffer.from("x"),
    line: lineOf(record(index)),
  }));

  const [letter] = toDeadLetters(dead, deadLetters, "bytes");

  assert.deepEqual(letter?.attributes, {
    version: "1",
    reason: "rejected",
    field: "f",
    error: "still no",
    records: "2",
    source: "gs://b/o.json#5",
    bucketId: "b",
    objectId: "o.json",
    objectGeneration: "5",
    replays: "2",
    lines: "7-8",
  });
});

test("a replayed record of a message gets its message back, original attributes included", () => {
  const { deadLetters, records } = messageOrigin(
    message({
      version: "1",
      reason: "invalid",
      source: "projects/p/subscriptions/first",
      messageId: "11",
      publishTime: "2025-12-31T00:00:00.000Z",
      replays: "1",
      "original.kind": "web",
      "original.original.x": "y",
    }),
  );

  assert.deepEqual(records.contextOf(record(0)), {
    source: "message",
    messageId: "11",
    publishTime: "2025-12-31T00:00:00.000Z",
    attributes: { kind: "web", "original.x": "y" },
  });
  assert.deepEqual(deadLetters, {
    source: "projects/p/subscriptions/first",
    attributes: { messageId: "11", publishTime: "2025-12-31T00:00:00.000Z" },
    original: { kind: "web", "original.x": "y" },
    hasLines: false,
    replays: 1,
  });
});

const strange = ["", "x", "3-", "-3", "9-7", "0-99999999999", "1e3", "3,,4", "NaN-2"];
for (const lines of strange)
  test(`lines "${lines}" of a replay are harmless`, () => {
    const { lineOf } = messageOrigin(message({ ...REPLAYED_OBJECT, lines }));

    assert.ok(lineOf(record(0)) >= 0);
    assert.equal(lineOf(record(5000)), 5001);
  });
