import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  accepted,
  response,
  batchOf,
  countOf,
  deliver,
  LIMITS,
  linesOf,
  refusedRows,
  refusedWhole,
  rejectedIndexes,
  setUpDelivery,
  unreachable,
  type Respond,
} from "../support/fake-mixpanel.ts";

describe("the delivery of a batch", () => {
  it("takes one request when Mixpanel accepts it", async () => {
    const { delivery, requests, lines } = await deliver((sent) => accepted(sent.length), 3);
    assert.deepEqual(requests, [lines]);
    assert.deepEqual(delivery, {
      imported: 3,
      rejected: [],
      pending: [],
      retryReason: undefined,
      requests: 1,
      retries: 0,
    });
  });

  it("takes one request when Mixpanel names what it refuses", async () => {
    const { delivery } = await deliver((sent) => refusedRows([0, 2], sent.length), 4);
    const problem = { reason: "rejected", field: "properties.time", error: "bad" };
    assert.deepEqual(delivery.rejected, [
      { index: 0, problem },
      { index: 2, problem },
    ]);
    assert.deepEqual(countOf(delivery), [2, 2, 0]);
    assert.equal(delivery.requests, 1);
  });

  it("asks nothing about nothing", async () => {
    const { deliver: send, requests } = setUpDelivery(unreachable);
    const delivery = await send({ bytes: Buffer.alloc(0), ends: [] }, LIMITS, false);
    assert.deepEqual(countOf(delivery), [0, 0, 0]);
    assert.equal(delivery.retryReason, undefined);
    assert.equal(requests.length, 0);
  });

  it("leaves a batch pending when there is no response", async () => {
    const { delivery } = await deliver(unreachable, 3);
    assert.deepEqual(countOf(delivery), [0, 0, 3]);
    assert.match(delivery.retryReason ?? "", /cannot be reached/);
  });

  it("leaves a batch pending at a response it does not know", async () => {
    const { delivery } = await deliver(() => response(404, "<html>"), 3);
    assert.deepEqual(
      [countOf(delivery), delivery.retryReason],
      [[0, 0, 3], "Mixpanel answered 404"],
    );
  });

  it("does not swallow a bug", async () => {
    await assert.rejects(
      deliver(() => new TypeError("a bug"), 1),
      /a bug/,
    );
  });

  it("counts attempts beyond the first as retries", async () => {
    const { delivery } = await deliver((sent) => ({ ...accepted(sent.length), attempts: 3 }), 1);
    assert.deepEqual([delivery.requests, delivery.retries], [1, 2]);
  });

  it("sends nothing after its time", async () => {
    const { deliver: send, requests, advance } = setUpDelivery(unreachable);
    advance(LIMITS.startBy);
    const delivery = await send(batchOf(linesOf(2)), LIMITS, false);
    assert.deepEqual([countOf(delivery), requests.length], [[0, 0, 2], 0]);
    assert.equal(delivery.retryReason, "the time is up");
  });
});

describe("a count that does not add up", () => {
  it("is asked about once more, with the same bytes", async () => {
    const { delivery, requests, lines } = await deliver(
      (sent, request) => accepted(request === 1 ? sent.length - 1 : sent.length),
      5,
    );
    assert.deepEqual(requests, [lines, lines]);
    assert.deepEqual(countOf(delivery), [5, 0, 0]);
  });

  it("is halved down to the event that is accepted and not imported", async () => {
    const { delivery, requests } = await deliver(
      (sent) => accepted(sent.filter((line) => line !== '{"n":6}').length),
      16,
    );
    assert.deepEqual(countOf(delivery), [15, 1, 0]);
    assert.deepEqual(delivery.rejected, [
      { index: 6, problem: { reason: "rejected", field: "", error: "accepted but not imported" } },
    ]);
    assert.ok(requests.length <= 10, String(requests.length));
  });

  it("rejects a single event only when it was not imported twice", async () => {
    const { delivery, requests } = await deliver(() => accepted(0), 1);
    assert.deepEqual([countOf(delivery), requests.length], [[0, 1, 0], 2]);
  });

  it("is never success when it makes no sense", async () => {
    for (const count of [7, -1, "1", undefined, null]) {
      const { delivery } = await deliver(() => response(200, { num_records_imported: count }), 1);
      assert.deepEqual(countOf(delivery), [0, 0, 1], String(count));
      assert.notEqual(delivery.retryReason, undefined);
    }
  });

  it("asks about the others when rows are named and the count is off", async () => {
    const { delivery, requests, lines } = await deliver((sent, request) => {
      if (request > 1) return accepted(sent.length);
      return response(400, {
        num_records_imported: 0,
        failed_records: [{ index: 1, message: "bad" }],
      });
    }, 3);
    assert.deepEqual(requests[1], [lines[0], lines[2]]);
    assert.deepEqual(countOf(delivery), [2, 1, 0]);
  });
});

describe("identity events", () => {
  const refused = response(400, {
    num_records_imported: 0,
    failed_records: ["identity events are not allowed"],
  });

  it("are refused as a whole by a text", async () => {
    const { delivery, requests, circuitBreaker } = await deliver(() => refused, 500, true);
    assert.deepEqual([countOf(delivery), requests.length], [[0, 500, 0], 1]);
    assert.equal(delivery.rejected[0]?.problem.error, "identity events are not allowed");
    assert.equal(circuitBreaker.reason(), undefined);
  });

  it("are looked for when other events are refused by a text", async () => {
    const { delivery } = await deliver(
      (sent) => (sent.includes('{"n":2}') ? refused : accepted(sent.length)),
      8,
    );
    assert.deepEqual(rejectedIndexes(delivery), [2]);
  });
});

describe("a request that is too large", () => {
  /** A Mixpanel that takes so many bytes, and says so or not. */
  const limited =
    (bytes: number, says = true): Respond =>
    (sent) =>
      sent.join("\n").length <= bytes
        ? accepted(sent.length)
        : response(413, says ? { error: `request exceeds max limit of ${bytes} bytes` } : "<html>");

  for (const says of [true, false])
    it(`is halved, and the limit is remembered (${says ? "told" : "not told"})`, async () => {
      const { deliver: send, requests } = setUpDelivery(limited(1000, says));
      const batch = batchOf(linesOf(400));
      const first = await send(batch, LIMITS, false);
      assert.deepEqual(countOf(first), [400, 0, 0]);
      const before = requests.length;
      const second = await send(batch, LIMITS, false);
      assert.deepEqual(countOf(second), [400, 0, 0]);
      for (const sent of requests.slice(before)) assert.ok(sent.join("\n").length <= 1000);
    });

  it("is remembered by its own size when the limit that is told is no reason", async () => {
    const { deliver: send, requests } = setUpDelivery((sent) =>
      sent.length <= 50
        ? accepted(sent.length)
        : response(413, { error: "exceeds max limit of 9999999 bytes" }),
    );
    await send(batchOf(linesOf(200)), LIMITS, false);
    const before = requests.length;
    await send(batchOf(linesOf(200)), LIMITS, false);
    assert.equal(requests.length - before, 4);
  });

  it("is dead when it is a single event", async () => {
    const { deliver: send } = setUpDelivery(limited(100));
    const delivery = await send(batchOf(["{}", `{"a":"${"x".repeat(200)}"}`, "{}"]), LIMITS, false);
    assert.deepEqual(rejectedIndexes(delivery), [1]);
    assert.equal(delivery.rejected[0]?.problem.reason, "too-large");
    assert.equal(delivery.imported, 2);
  });
});

describe("refused credentials", () => {
  for (const status of [401, 403])
    it(`stop everything for 30 s at ${status}`, async () => {
      const {
        deliver: send,
        requests,
        logged,
        advance,
      } = setUpDelivery(() => response(status, ""));
      const batch = batchOf(linesOf(2));
      for (let time = 0; time < 3; time++)
        assert.deepEqual(countOf(await send(batch, LIMITS, false)), [0, 0, 2]);
      assert.equal(requests.length, 1);
      advance(30_000);
      await send(batch, LIMITS, false);
      assert.equal(requests.length, 2);
      assert.deepEqual(logged, ["CRITICAL Mixpanel refused the credentials"]);
    });

  it("stop a search for culprits", async () => {
    const { delivery, requests } = await deliver(
      (_, request) => (request < 4 ? refusedWhole() : response(401, "")),
      16,
    );
    assert.deepEqual(countOf(delivery), [0, 0, 16]);
    // Those that were under way, and no more.
    assert.ok(requests.length <= 3 + 8, String(requests.length));
  });
});
