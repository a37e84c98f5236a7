import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  accepted,
  response,
  batchOf,
  countOf,
  deliver,
  contextOf,
  DEADLINE,
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
    const delivery = await send({ bytes: Buffer.alloc(0), ends: [] }, contextOf());
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
    const { delivery } = await deliver(() => response(302, "<html>"), 3);
    assert.deepEqual(
      [countOf(delivery), delivery.retryReason],
      [[0, 0, 3], "Mixpanel responded with 302"],
    );
  });

  it("takes a response it does not know for no refusal of the event", async () => {
    const responses = [response(302, "<html>"), accepted(1), refusedWhole()];
    const { deliver: send } = setUpDelivery((_, request) => responses[request - 1] ?? accepted(1));
    await send(batchOf(['{"n":1}']), contextOf());
    await send(batchOf(['{"n":2}']), contextOf());
    // Refused for the first time: it may be an outage that has begun.
    assert.deepEqual(countOf(await send(batchOf(['{"n":1}']), contextOf())), [0, 0, 1]);
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
    advance(DEADLINE.startBy);
    const delivery = await send(batchOf(linesOf(2)), contextOf());
    assert.deepEqual([countOf(delivery), requests.length], [[0, 0, 2], 0]);
    assert.equal(delivery.retryReason, "out of time");
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
    assert.ok(requests.length <= 14, String(requests.length));
  });

  it("rejects a single event only when others are imported", async () => {
    const { delivery, requests } = await deliver(() => accepted(0), 1);
    assert.deepEqual([countOf(delivery), requests.length], [[0, 0, 1], 2]);
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

  it("are refused as a whole by a text, once others were accepted", async () => {
    const {
      deliver: send,
      requests,
      circuitBreaker,
    } = setUpDelivery((lines) => (lines.length > 1 ? refused : accepted(1)));
    const identities = batchOf(linesOf(500));
    assert.deepEqual(countOf(await send(identities, contextOf(true))), [0, 0, 500]);
    await send(batchOf(linesOf(1)), contextOf());
    const delivery = await send(identities, contextOf(true));
    assert.deepEqual([countOf(delivery), requests.length], [[0, 500, 0], 3]);
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
  /** Lines of a kilobyte: a batch of 400 is well above the least limit. */
  const large = Array.from(
    { length: 400 },
    (_, index) => `{"n":${index},"x":"${"x".repeat(1000)}"}`,
  );

  /** A Mixpanel that takes so many bytes, and says so or not. */
  const limited =
    (bytes: number, says = true): Respond =>
    (sent) =>
      sent.join("\n").length <= bytes
        ? accepted(sent.length)
        : response(413, says ? { error: `request exceeds max limit of ${bytes} bytes` } : "<html>");

  for (const says of [true, false])
    it(`is split, and the limit is remembered (${says ? "named" : "not named"})`, async () => {
      const { deliver: send, requests } = setUpDelivery(limited(150_000, says));
      const batch = batchOf(large);
      assert.deepEqual(countOf(await send(batch, contextOf())), [400, 0, 0]);
      const before = requests.length;
      assert.deepEqual(countOf(await send(batch, contextOf())), [400, 0, 0]);
      for (const sent of requests.slice(before)) assert.ok(sent.join("\n").length <= 150_000);
    });

  it("does not shrink later requests below the least limit", async () => {
    const { deliver: send, requests } = setUpDelivery((sent, request) =>
      request === 1 ? response(413, "") : accepted(sent.length),
    );
    await send(batchOf(linesOf(2)), contextOf());
    const before = requests.length;
    assert.deepEqual(countOf(await send(batchOf(linesOf(2000)), contextOf())), [2000, 0, 0]);
    assert.equal(requests.length - before, 1);
  });

  it("is dead when it is a single event above the limit that is named", async () => {
    const { deliver: send } = setUpDelivery(limited(70_000));
    const delivery = await send(
      batchOf(["{}", `{"a":"${"x".repeat(80_000)}"}`, "{}"]),
      contextOf(),
    );
    assert.deepEqual(rejectedIndexes(delivery), [1]);
    assert.equal(delivery.rejected[0]?.problem.reason, "too-large");
    assert.equal(delivery.imported, 2);
  });
});

describe("refused credentials", () => {
  it("stop everything for 30 s at 401", async () => {
    const { deliver: send, requests, logged, advance } = setUpDelivery(() => response(401, ""));
    const batch = batchOf(linesOf(2));
    for (let time = 0; time < 3; time++)
      assert.deepEqual(countOf(await send(batch, contextOf())), [0, 0, 2]);
    assert.equal(requests.length, 1);
    advance(30_000);
    await send(batch, contextOf());
    assert.equal(requests.length, 2);
    assert.deepEqual(logged, ["CRITICAL Mixpanel refused the credentials"]);
  });

  it("stop everything at 403 as soon as an event is refused alone too", async () => {
    for (const count of [1, 2, 2000]) {
      const { delivery, requests, circuitBreaker, logged } = await deliver(
        () => response(403, ""),
        count,
      );
      assert.deepEqual(countOf(delivery), [0, 0, count]);
      assert.ok(requests.length <= 2, String(requests.length));
      assert.match(circuitBreaker.reason() ?? "", /credentials/);
      assert.deepEqual(logged, ["CRITICAL Mixpanel refused the credentials"]);
    }
  });

  it("are not in doubt when 403 is for the contents of one event", async () => {
    const { delivery, circuitBreaker } = await deliver(
      (lines) => (lines.includes('{"n":7}') ? response(403, "") : accepted(lines.length)),
      100,
    );
    assert.deepEqual(countOf(delivery), [99, 1, 0]);
    assert.equal(delivery.rejected[0]?.problem.error, "refused with 403");
    assert.equal(circuitBreaker.reason(), undefined);
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
