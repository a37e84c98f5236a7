import assert from "node:assert/strict";
import { test } from "node:test";

import { createEstimate } from "../../../cli/backfill/estimate.ts";
import { formatPlan } from "../../../cli/backfill/plan-report.ts";
import type { ImportEnd } from "../../../cli/backfill/await-import.ts";
import { createResultCounter } from "../../../cli/backfill/result-counter.ts";
import { describeWait } from "../../../cli/backfill/describe-wait.ts";
import { createReceiptTally } from "../../../cli/backfill/receipt-tally.ts";
import { formatResult, isInOrder } from "../../../cli/backfill/result-report.ts";
import { summarizeBackfill } from "../../../cli/backfill/summary.ts";
import { parseTarget } from "../../../cli/backfill/target.ts";
import { plain } from "../../../cli/terminal/paint.ts";
import type { BackfillPlan } from "../../../cli/backfill/plan-backfill.ts";
import type { BackfillResult } from "../../../cli/backfill/run-backfill.ts";

const STYLE = { paint: plain, columns: 80 };
const FLAGS = { total: 3, continueWith: "npx --no mixpanel-gcp backfill gs://b/h/" };

function planOf(
  sizes: readonly number[],
  more: Partial<BackfillPlan["survey"]> = {},
): BackfillPlan {
  const estimate = createEstimate();
  for (const size of sizes) estimate.add({ name: "a.gz", size, contentType: undefined });
  const selection = {
    ...{ target: parseTarget("gs://b/h/"), again: false, since: undefined },
    skip: () => undefined,
  };
  const survey = {
    ...{
      matching: sizes.length,
      firstName: "h/a\u001b[31m",
      lastName: "h/z",
      again: 0,
      imported: 0,
    },
    earlier: { read: 0, notInOrder: {} },
    ...{ skipped: {}, newestReceipt: undefined, newestObject: undefined },
    estimate: estimate.result(10),
    ...more,
  };
  const rest = { until: undefined, window: 10, subscription: "s", unknown: undefined };
  return { ...rest, survey, selection };
}

function resultOf(
  receipts: readonly (readonly [string, object])[],
  more: Partial<BackfillResult> = {},
): BackfillResult {
  const tally = createReceiptTally();
  for (const [object, receipt] of receipts) tally.add(object, { ...receipt });
  const finished = receipts.length;
  return {
    ...{
      announced: finished,
      finished,
      skipped: 0,
      withoutReceipt: 0,
      unknown: 0,
      unknownWhy: "",
      waiting: 0,
      waitingWhy: "",
      gone: 0,
      isInterrupted: false,
    },
    ...{ failure: undefined, receipts: tally.totals() },
    ...more,
  };
}

const GOOD = {
  version: 1,
  state: "complete",
  records: { read: 10, dropped: 1, unusable: 0, used: 9 },
  events: { produced: 9, imported: 9, rejected: 0, idsAdded: 0 },
};
const REFUSED = {
  ...GOOD,
  records: { read: 10, dropped: 0, unusable: 10, used: 0 },
  events: { produced: 0, imported: 0, rejected: 0 },
  firstError: { reason: "invalid", field: "properties.time", line: 1 },
};

test("a plan shows names, counts and what it takes, within 80 columns and without escapes", () => {
  const plan = planOf([4e9, 1e9], { matching: 5, imported: 2, skipped: { "a folder": 1 } });
  const text = formatPlan({ ...plan, unknown: "it was refused (403).\nA remedy." }, STYLE);
  assert.ok(text.split("\n").every((line) => line.length <= 80));
  assert.ok(!text.includes("\u001b"));
  for (const part of [
    "5 objects\n  first  h/a\\u001b[31m\n  last   h/z",
    "2  to import\n2  imported already: they have a receipt\n1  skipped: a folder",
    "5 GB, about 33.3 GB uncompressed",
    "at most $0.72",
    "refused (403)",
  ])
    assert.ok(text.includes(part), `${part} in\n${text}`);
});

test("what has a receipt and was not imported is told, with what lists it and imports it", () => {
  const earlier = { read: 3, notInOrder: { quarantined: 2, "nothing imported": 1 } };
  const plan = planOf([], { matching: 9, imported: 9, earlier });
  const text = formatPlan(plan, STYLE, " --local");
  for (const part of [
    "6  imported already: they have a receipt\n3  with a receipt, but not imported, or not whole: quarantined 2, nothing imported 1",
    "first 3 were read",
    "\n  npx --no mixpanel-gcp status --prefix gs://b/h/ --state quarantined,complete --local",
    "\n  npx --no mixpanel-gcp backfill gs://b/h/ --again --quarantine off --local",
  ])
    assert.ok(text.includes(part), `${part} in\n${text}`);
  assert.doesNotMatch(text, /imports once more/);
  const { objects } = summarizeBackfill(plan, undefined, false);
  assert.deepEqual([objects.importedBefore, objects.notImportedBefore], [6, earlier.notInOrder]);
});

test("without anything to do it says what would be", () => {
  assert.match(formatPlan(planOf([], { matching: 0 }), STYLE), /No object is named gs:\/\/b\/h\//);
  const done = formatPlan(planOf([], { matching: 2, imported: 2 }), STYLE);
  assert.match(done, /Nothing to import\. --again imports once more/);
});

test("a result names what is not in order, and counts the rest", () => {
  const quarantined = { ...REFUSED, state: "quarantined", firstError: null };
  const result = resultOf([
    ["good", GOOD],
    ["refused\n", REFUSED],
    ["quarantined", quarantined],
  ]);
  const text = formatResult({ ...result, skipped: 2, withoutReceipt: 3, gone: 1 }, FLAGS, STYLE);
  for (const part of [
    "nothing imported  refused\\u000a  invalid properties.time, line 1",
    "quarantined       quarantined",
    "3 of 3 objects done: 2 complete, 1 quarantined.",
    "2 skipped by the function",
    "3 without a receipt, though nothing waits any more: given up by Pub/Sub",
    "1 deleted or replaced meanwhile",
    "9 of 30 imported, 20 refused, 1 left out.",
  ])
    assert.ok(text.includes(part), `${part} in\n${text}`);
});

test("receipts that cannot be read are told, and count nothing", () => {
  const result = resultOf([
    ["later", { version: 2, state: "complete", records: [] }],
    ["other", {}],
  ]);
  const text = formatResult(result, FLAGS, STYLE);
  assert.match(text, /^ {2}newer +later\n {2}corrupt +other\n/m);
  assert.match(text, /What is newer has a receipt of a newer version.*\n.*\(git pull, npm ci\)\./);
  assert.match(text, /2 of 3 objects done: 1 newer, 1 corrupt\.$/);
  assert.equal(isInOrder(result, false), false);
});

test("of very many that are not in order the first are named", () => {
  const many = Array.from({ length: 100 }, (_, index) => [`o${index}`, REFUSED] as const);
  const text = formatResult(resultOf(many), FLAGS, STYLE);
  assert.ok(text.includes("o19") && !text.includes("o20") && text.includes("and 80 more"));
});

test("what nobody can tell is said, with why and what to do", () => {
  const counter = createResultCounter(2);
  counter.announced();
  counter.ended("a\u001b", { end: "unknown", why: "looking up the backlog was refused (403)." });
  counter.announced();
  counter.ended("b", { end: "none" });
  const result = { ...counter.result(), isInterrupted: false, failure: undefined };
  const text = formatResult(result, FLAGS, STYLE);
  for (const part of [
    "Not in order\n  not known   a\\u001b\n  no receipt  b\n",
    "0 of 3 objects done.\n1 without a receipt, though nothing waits any more",
    "1 without a receipt in time: not known.",
    "is not known. looking up the backlog was refused (403).",
    "roles/monitoring.viewer",
  ])
    assert.ok(
      text.replaceAll(/\s+/g, " ").includes(part.replaceAll(/\s+/g, " ")),
      `${part} in\n${text}`,
    );
  assert.ok(
    text.split("\n").every((line) => line.length <= 80),
    text,
  );
  assert.equal(isInOrder(result, false), false);
});

test("what is still waiting is named, with why and what to do", () => {
  const counter = createResultCounter(2);
  counter.announced();
  counter.ended("late", { end: "waiting", why: "what was published at 10:00Z waits before it" });
  const result = { ...counter.result(), isInterrupted: false, failure: undefined };
  const text = formatResult(result, FLAGS, STYLE).replaceAll(/\s+/g, " ");
  for (const part of [
    "Not in order waiting late",
    "1 without a receipt in time: still waiting.",
    "as long as what was published at 10:00Z waits before it.",
    "status --state waiting",
    "run the same command again",
  ])
    assert.ok(text.includes(part), `${part} in\n${text}`);
  assert.equal(isInOrder(result, false), false);
  const summary = summarizeBackfill(planOf([1]), { ...result, continueWith: "" }, false);
  assert.equal(summary.result?.waiting, 1);
});

test("progress tells what it waits for, once that takes long", () => {
  const onTheirWay = [
    { name: "b", announcedAt: 40_000 },
    { name: `a\u001b${"x".repeat(100)}`, announcedAt: 0 },
    { name: "c", announcedAt: 179_000 },
  ];
  assert.equal(describeWait(onTheirWay, 20_000), undefined);
  const text = describeWait(onTheirWay, 180_000) ?? "";
  assert.match(text, /^waits 3 min for the receipt of a\\u001bx+…, and of 1 more$/);
});

test("of what is imported again a new receipt is missing, not the old one", () => {
  const counter = createResultCounter(2);
  counter.announced();
  counter.ended("a", { end: "none" }, true);
  const result = { ...counter.result(), isInterrupted: false, failure: undefined };
  const text = formatResult(result, FLAGS, STYLE);
  assert.match(text, /no new receipt {2}a\n/);
  assert.match(text, /1 without a new receipt, though nothing waits/);
});

test("it stops when nobody can tell of so many in a row as are on their way", () => {
  const counter = createResultCounter(2);
  const end = (how: ImportEnd): void => {
    counter.ended("o", how);
  };
  end({ end: "unknown", why: "" });
  end({ end: "skipped" });
  end({ end: "waiting", why: "" });
  assert.throws(() => {
    end({ end: "unknown", why: "" });
  }, /Stopped: of 2 objects in a row nobody can tell/);
});

test("one that ended early says how to go on", () => {
  const interrupted = resultOf([["good", GOOD]], { announced: 3, isInterrupted: true });
  const text = formatResult(interrupted, FLAGS, STYLE);
  assert.match(text, /1 of 3 objects done: 1 complete\.\n2 announced and on their way\./);
  assert.ok(text.endsWith(FLAGS.continueWith));
  const summary = summarizeBackfill(planOf([1]), { ...interrupted, ...FLAGS }, false);
  assert.deepEqual([summary.continueWith, summary.error], [FLAGS.continueWith, undefined]);
  const failed = { ...interrupted, isInterrupted: false, failure: new Error("away"), ...FLAGS };
  assert.equal(summarizeBackfill(planOf([1]), failed, false).error, "away");
});

test("what is in order", () => {
  const someRefused = { ...GOOD, events: { produced: 9, imported: 8, rejected: 1 } };
  const table = [
    [resultOf([["a", GOOD]]), true, true],
    [resultOf([]), true, true],
    [resultOf([["a", { ...GOOD, state: "superseded", events: {} }]]), true, true],
    [resultOf([["a", { ...GOOD, version: 2 }]]), false, false],
    [resultOf([["a", someRefused]]), true, false],
    [resultOf([["a", REFUSED]]), false, false],
    [resultOf([["a", { ...GOOD, state: "truncated" }]]), false, false],
    [resultOf([["a", {}]]), false, false],
    [resultOf([["a", GOOD]], { isInterrupted: true }), false, false],
    [resultOf([["a", GOOD]], { unknown: 1 }), false, false],
    [resultOf([["a", GOOD]], { withoutReceipt: 1 }), false, false],
    [resultOf([["a", GOOD]], { failure: new Error("away") }), false, false],
  ] as const;
  for (const [result, expected, expectedStrict] of table)
    assert.deepEqual(
      [isInOrder(result, false), isInOrder(result, true)],
      [expected, expectedStrict],
    );
});

test("what has no receipt, and no line of the log that says it was skipped, is not in order", () => {
  const result = resultOf([["good", GOOD]]);
  assert.equal(isInOrder({ ...result, skipped: 1 }, false), true);
  assert.equal(isInOrder({ ...result, withoutReceipt: 1 }, false), false);
});
