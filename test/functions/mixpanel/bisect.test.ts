import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import {
  accepted,
  batchOf,
  contextOf,
  countOf,
  deliver,
  linesOf,
  refusedWhole,
  refusing,
  rejectedIndexes,
  response,
  setUpDelivery,
  unreachable,
  type Respond,
} from "../support/fake-mixpanel.ts";

/** Whole refusals of which nobody is named, as different services word them. */
const REFUSALS: readonly (readonly [string, Respond])[] = [
  ["400 without rows", () => refusedWhole()],
  ["400 with an empty list", () => response(400, { failed_records: [], num_records_imported: 0 })],
  ["400 with a text for a row", () => response(400, { failed_records: ["no"] })],
  ["200 of which nothing is imported", () => accepted(0)],
  ["413 without a limit", () => response(413, "<html>")],
  ["413 with a limit of one byte", () => response(413, "request exceeds max limit of 1 bytes")],
  ["404", () => response(404, "<html>")],
];

describe("a batch that is refused without a name", () => {
  it("is bisected down to its one culprit at logarithmic cost", async () => {
    const { delivery, requests } = await deliver(refusing('{"n":1234}'), 2000);
    assert.deepEqual(countOf(delivery), [1999, 1, 0]);
    assert.deepEqual(delivery.rejected, [
      { index: 1234, problem: { reason: "rejected", field: "", error: "malformed" } },
    ]);
    // The batch, two halves a level, a probe, and the confirmation with its control.
    assert.ok(requests.length <= 2 * Math.ceil(Math.log2(2000)) + 4, String(requests.length));
    assert.equal(delivery.requests, requests.length);
  });

  it("gives up what is refused, however much it is, and nothing else", async () => {
    for (const every of [2, 20, 57]) {
      const culprits = linesOf(2000).filter((_, index) => index % every === 1);
      const { delivery, circuitBreaker } = await deliver(refusing(...culprits), 2000);
      assert.deepEqual(countOf(delivery), [2000 - culprits.length, culprits.length, 0]);
      assert.equal(circuitBreaker.reason(), undefined);
    }
  });

  it("finds culprits that lie together", async () => {
    const { delivery } = await deliver(refusing(...linesOf(70)), 2000);
    assert.deepEqual(countOf(delivery), [1930, 70, 0]);
  });

  for (const [name, respond] of REFUSALS)
    it(`waits when everything is refused: ${name}`, async () => {
      for (const count of [1, 2, 10, 31, 32, 2000]) {
        const { delivery, requests } = await deliver(respond, count);
        assert.deepEqual(countOf(delivery), [0, 0, count]);
        assert.notEqual(delivery.retryReason, undefined);
        assert.ok(requests.length <= 10, `${count} events, ${requests.length} requests`);
      }
    });

  it("opens the circuit breaker when several events were refused alone, not for one", async () => {
    const many = await deliver(refusedWhole, 100);
    assert.match(many.circuitBreaker.reason() ?? "", /refuses whatever/);
    assert.deepEqual(many.logged, ["ERROR Mixpanel refuses whatever it is sent"]);
    const one = await deliver(refusedWhole, 1);
    assert.equal(one.circuitBreaker.reason(), undefined);
  });

  it("waits when an outage begins while it is bisected", async () => {
    for (let begin = 1; begin <= 60; begin++) {
      const culprit = refusing('{"n":777}');
      const { delivery, requests } = await deliver(
        (lines, request) => (request > begin ? refusedWhole() : culprit(lines, request)),
        2000,
      );
      const [imported = 0, rejected = 0, pending = 0] = countOf(delivery);
      assert.equal(imported + rejected + pending, 2000);
      assert.deepEqual(rejectedIndexes(delivery), rejected === 0 ? [] : [777]);
      assert.ok(requests.length < begin + 50, String(requests.length));
    }
  });

  it("gives up nothing good when an outage comes and goes while it is bisected", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 80 }),
        fc.uniqueArray(fc.nat(199), { maxLength: 12 }),
        async (begin, length, bad) => {
          const culprits = refusing(...bad.map((index) => `{"n":${index}}`));
          const { delivery } = await deliver(
            (lines, request) =>
              request >= begin && request < begin + length
                ? refusedWhole()
                : culprits(lines, request),
            200,
          );
          for (const index of rejectedIndexes(delivery)) assert.ok(bad.includes(index));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("waits when nothing was acceptable until there was no response any more", async () => {
    const { delivery } = await deliver(
      (_, request) => (request > 3 ? unreachable() : refusedWhole()),
      40,
    );
    assert.deepEqual(countOf(delivery), [0, 0, 40]);
  });

  it("is bisected without the culprits that are named beside", async () => {
    const { delivery } = await deliver((sent) => {
      const known = sent.indexOf('{"n":3}');
      if (known !== -1 && sent.length > 1)
        return response(400, {
          num_records_imported: 0,
          failed_records: [{ index: known, message: "named" }, {}],
        });
      return refusing('{"n":5}')(sent, 0);
    }, 8);
    assert.deepEqual(
      delivery.rejected.map(({ index, problem }) => [index, problem.error]),
      [
        [3, "named"],
        [5, "malformed"],
      ],
    );
    assert.equal(delivery.imported, 6);
  });
});

describe("an event that is refused alone", () => {
  const bad = '{"n":"bad"}';

  it("waits until something else was accepted, over deliveries", async () => {
    const { deliver: send } = setUpDelivery(refusing(bad));
    for (let delivery = 0; delivery < 3; delivery++)
      assert.deepEqual(countOf(await send(batchOf([bad]), contextOf())), [0, 0, 1]);
    await send(batchOf(linesOf(1)), contextOf());
    assert.deepEqual(countOf(await send(batchOf([bad]), contextOf())), [0, 1, 0]);
  });

  it("is not given up by what was accepted before", async () => {
    const { deliver: send } = setUpDelivery(refusing(bad));
    await send(batchOf(linesOf(1)), contextOf());
    assert.deepEqual(countOf(await send(batchOf([bad]), contextOf())), [0, 0, 1]);
  });

  it("is given up at the twentieth delivery", async () => {
    const { deliver: send } = setUpDelivery(refusedWhole);
    assert.deepEqual(countOf(await send(batchOf([bad]), contextOf(false, 19))), [0, 0, 1]);
    assert.deepEqual(countOf(await send(batchOf([bad]), contextOf(false, 20))), [0, 1, 0]);
  });

  it("is found at the twentieth delivery among others that are refused too", async () => {
    const { deliver: send } = setUpDelivery(refusedWhole);
    const batch = batchOf(linesOf(10));
    assert.deepEqual(countOf(await send(batch, contextOf(false, 20))), [0, 10, 0]);
  });
});
