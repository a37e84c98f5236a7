import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  accepted,
  response,
  countOf,
  deliver,
  linesOf,
  refusedWhole,
  refusing,
  unreachable,
} from "../support/fake-mixpanel.ts";

describe("a batch that is refused without a name", () => {
  it("is halved down to its one culprit at logarithmic cost", async () => {
    const { delivery, requests } = await deliver(refusing('{"n":1234}'), 2000);
    assert.deepEqual(countOf(delivery), [1999, 1, 0]);
    assert.deepEqual(delivery.rejected, [
      { index: 1234, problem: { reason: "rejected", field: "", error: "malformed" } },
    ]);
    assert.ok(requests.length <= 1 + 2 * Math.ceil(Math.log2(2000)), String(requests.length));
    assert.equal(delivery.requests, requests.length);
  });

  it("is halved down to up to 64 culprits", async () => {
    const culprits = linesOf(2000).filter((_, index) => index % 40 === 7);
    const { delivery } = await deliver(refusing(...culprits), 2000);
    assert.deepEqual(countOf(delivery), [1950, 50, 0]);
  });

  it("is an outage with more than 64 culprits", async () => {
    const culprits = linesOf(2000).filter((_, index) => index % 20 === 7);
    const { delivery, circuitBreaker, requests, logged } = await deliver(
      refusing(...culprits),
      2000,
    );
    assert.equal(delivery.rejected.length, 0);
    assert.equal(delivery.imported + delivery.pending.length, 2000);
    assert.match(delivery.retryReason ?? "", /refuses whatever/);
    assert.match(circuitBreaker.reason() ?? "", /refuses whatever/);
    assert.deepEqual(logged, ["ERROR Mixpanel refuses whatever it is sent"]);
    assert.ok(requests.length < 300, String(requests.length));
  });

  for (const respond of [refusedWhole, () => accepted(0)]) {
    const answered = respond().status;
    it(`is an outage when nothing of 32 events is acceptable (${answered})`, async () => {
      for (const count of [32, 33, 64, 65, 2000]) {
        const { delivery, circuitBreaker } = await deliver(respond, count);
        assert.deepEqual(countOf(delivery), [0, 0, count]);
        assert.notEqual(circuitBreaker.reason(), undefined);
      }
    });

    it(`is rejected when nothing of 31 events is acceptable (${answered})`, async () => {
      for (const count of [1, 2, 31]) {
        const { delivery, circuitBreaker } = await deliver(respond, count);
        assert.deepEqual(countOf(delivery), [0, count, 0]);
        assert.equal(circuitBreaker.reason(), undefined);
      }
    });
  }

  it("is an outage when nothing was acceptable until there was no response any more", async () => {
    const { delivery } = await deliver(
      (_, request) => (request > 60 ? unreachable() : refusedWhole()),
      40,
    );
    assert.deepEqual(countOf(delivery), [0, 0, 40]);
  });

  it("is halved without the culprits that are named beside", async () => {
    const { delivery, requests } = await deliver((sent) => {
      const known = sent.indexOf('{"n":3}');
      if (known !== -1)
        return response(400, {
          num_records_imported: 0,
          failed_records: [{ index: known, message: "named" }, {}],
        });
      return refusing('{"n":5}')(sent, 0);
    }, 8);
    assert.deepEqual(countOf(delivery), [6, 2, 0]);
    assert.deepEqual(
      delivery.rejected.map(({ index, problem }) => [index, problem.error]),
      [
        [3, "named"],
        [5, "malformed"],
      ],
    );
    assert.ok(requests.length <= 8);
  });

  it("costs little when Mixpanel names one event at a time", async () => {
    const { delivery, requests } = await deliver(
      (sent) =>
        sent.length === 1
          ? accepted(1)
          : response(400, {
              num_records_imported: 0,
              failed_records: [{ index: 0, message: "first" }, "more"],
            }),
      512,
    );
    assert.equal(
      countOf(delivery).reduce((sum, part) => sum + part),
      512,
    );
    assert.ok(requests.length < 300, String(requests.length));
  });
});
