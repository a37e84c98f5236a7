import assert from "node:assert/strict";
import { test } from "node:test";

import type { Delivery } from "../../../functions/mixpanel/deliver-batch.ts";
import { CountMismatchError } from "../../../functions/platform/errors.ts";
import { imported, LINGER_MS, startBatcher } from "../support/batcher.ts";

test("each message has its own verdict", async (t) => {
  const { submit, sent, tick } = startBatcher(t);
  const problem = { reason: "rejected", field: "f", error: "e" } as const;

  const outcomes = Promise.all([submit("good"), submit("bad"), submit("late", "good too")]);
  await tick(1);
  sent[0]?.response({
    imported: 2,
    rejected: [{ index: 1, problem }],
    pending: [2],
    retryReason: "Mixpanel answered 503",
  });

  const [good, bad, late] = await outcomes;
  assert.deepEqual(good, imported(1));
  assert.deepEqual(
    bad.rejected.map(({ record, problem: why }) => [record.bytes.toString(), why]),
    [["bad", problem]],
  );
  assert.deepEqual([late.imported, late.retryReason], [1, "Mixpanel answered 503"]);
});

const incomplete: readonly { name: string; delivery: Partial<Delivery> }[] = [
  { name: "loses an event", delivery: { imported: 1 } },
  { name: "finds one too many", delivery: { imported: 3 } },
  { name: "settles one twice", delivery: { imported: 0, pending: [0, 0] } },
  { name: "names one that is not there", delivery: { imported: 1, pending: [2] } },
];
for (const { name, delivery } of incomplete)
  test(`a delivery that ${name} settles nothing`, async (t) => {
    const { submit, sent, tick } = startBatcher(t);

    const outcomes = Promise.allSettled([submit("a"), submit("b")]);
    await tick(1);
    sent[0]?.response(delivery);

    for (const outcome of await outcomes) {
      assert.equal(outcome.status, "rejected");
      assert.ok(outcome.reason instanceof CountMismatchError);
    }
  });

test("a bug in one batch fails its messages, and no others", async (t) => {
  const { submit, sent, tick } = startBatcher(t);
  const bug = new TypeError("bug");

  const outcomes = Promise.allSettled([submit("a", "b", "c", "d"), submit("e")]);
  await tick(LINGER_MS);
  sent[0]?.fail(bug);
  sent[1]?.response();

  assert.deepEqual(await outcomes, [
    { status: "rejected", reason: bug },
    { status: "fulfilled", value: imported(1) },
  ]);
});
