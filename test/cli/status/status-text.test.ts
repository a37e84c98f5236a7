import assert from "node:assert/strict";
import { test } from "node:test";

import { objectTable } from "../../../cli/status/object-table.ts";
import type { ObjectRow } from "../../../cli/status/object-row.ts";
import { stackArguments } from "../../../cli/stack/stack-arguments.ts";
import {
  parseAge,
  parseLimit,
  parsePrefix,
  parseStates,
} from "../../../cli/status/status-flags.ts";
import { describeWaiting } from "../../../cli/status/status-text.ts";
import { toScreen } from "../../../cli/status/watch.ts";
import { widthOf } from "../../../cli/terminal/fit.ts";
import { plain } from "../../../cli/terminal/paint.ts";
import { landingBucket, receiptOf } from "./support.ts";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const OPTIONS = { paint: plain, columns: 80, landingBucket, now: NOW };

function row(object: string, parts: Partial<ObjectRow> = {}): ObjectRow {
  const receipt = receiptOf(object, "1");
  return {
    ...{ bucket: landingBucket, object, generation: "1", state: receipt.state, size: 100 },
    ...{ at: "2026-11-20T10:00:00.000Z", isLive: true, detail: "", progress: undefined, receipt },
    ...parts,
  };
}

test("a row has state, age, counts, time and rate; what was wrong is below it", () => {
  const receipt = receiptOf("b", "1", {
    records: { read: 12_345, dropped: 2, unusable: 1, used: 12_342 },
    events: { produced: 12_342, imported: 12_340, rejected: 2, idsAdded: 0 },
    firstError: { reason: "invalid", field: "properties.time", error: "missing", line: 1207 },
  });
  const waiting = { state: "waiting", receipt: undefined, detail: "Mixpanel is not available" };

  assert.deepEqual(
    objectTable([row("a"), row("b", { receipt }), row("c", waiting)], OPTIONS).split("\n"),
    [
      "object  state     age    read  imported  refused   time  MB/s",
      "a       complete  2 h      10        10        0  2.0 s   2.0",
      "b       complete  2 h  12,345    12,340        3  2.0 s   2.0",
      "  invalid, properties.time: missing (line 1,207); 2 left out",
      "c       waiting   2 h",
      "  Mixpanel is not available",
    ],
  );
});

test("what is importing shows how far it is", () => {
  const { records, events, profiles, groups } = receiptOf("a", "1");
  const progress = { records, events, profiles, groups, runs: 3, at: "", percent: 40 };
  const importing = { state: "importing", receipt: undefined, size: 1_200_000_000 };
  const shown = (percent: number | undefined) =>
    objectTable([row("a", { ...importing, progress: { ...progress, percent } })], OPTIONS);

  assert.match(
    shown(40),
    /a +importing +2 h +10 +10 +0\n {2}40% of 1\.2 GB after 3 runs, goes on$/,
  );
  assert.match(shown(undefined), /part of 1\.2 GB after 3 runs, goes on$/);
});

test("no line is wider than the terminal, and long names keep their end", () => {
  const name = `2026/11/${"部門\u001b[2J".repeat(40)}/events.ndjson`;
  const text = objectTable([row(name), row("b", { state: "quarantined" })], OPTIONS);

  for (const line of text.split("\n")) assert.ok(widthOf(line) <= 80, line);
  assert.match(text, /^….*events\.ndjson /m);
  assert.ok(!text.includes("\u001b"));
});

test("several generations of a file, and files of other buckets, are told apart", () => {
  const text = objectTable(
    [row("a"), row("a", { generation: "2" }), row("b", { bucket: "other" })],
    OPTIONS,
  );
  assert.match(text, /^a#1 [^]*^a#2 [^]*^gs:\/\/other\/b /m);
});

test("what waits in a subscription is said in words", () => {
  const pushed = { delivery: "pushed", messages: 0, oldestSeconds: undefined } as const;
  const cases = [
    [pushed, "0 messages wait"],
    [{ ...pushed, messages: 1, oldestSeconds: 90 }, "1 message waits, the oldest for 90 s"],
    [
      { ...pushed, delivery: "paused", messages: 1200 },
      "1,200 messages wait; paused: nothing is pushed",
    ],
    [{ ...pushed, messages: undefined }, "number of waiting messages not known yet"],
    [{ ...pushed, delivery: "missing" }, "there is no such subscription"],
  ] as const;
  for (const [waiting, text] of cases) assert.equal(describeWaiting(waiting), text);
});

test("a screen is written over in place, and cut to its height", () => {
  assert.equal(toScreen("a\nb", 10, true), "\u001b[2J\u001b[Ha\u001b[K\nb\u001b[K\n\u001b[J");
  assert.equal(
    toScreen("a\nb\nc\nd", 4, false),
    "\u001b[Ha\u001b[K\nb\u001b[K\n…\u001b[K\n\u001b[J",
  );
});

test("flags are read, or refused with what to give", () => {
  assert.deepEqual(
    ["90s", "30m", "2h", "3d"].map(parseAge),
    [90_000, 1_800_000, 7_200_000, 259_200_000],
  );
  for (const age of ["", "2", "h", "2w", "-1h", "1.5h", "9999999d"])
    assert.throws(() => parseAge(age), /30m, 2h, 3d/, age);
  assert.equal(parseLimit("7"), 7);
  for (const limit of ["0", "-1", "1e3", "100001", "x"])
    assert.throws(() => parseLimit(limit), /from 1 to 100000/, limit);
  assert.deepEqual(parseStates("waiting, complete", ["skipped"]), [
    "skipped",
    "waiting",
    "complete",
  ]);
  assert.throws(() => parseStates("done"), /There are complete, /);
  assert.deepEqual(parsePrefix("2026/"), { bucket: undefined, prefix: "2026/" });
  assert.deepEqual(parsePrefix("gs://b/2026/"), { bucket: "b", prefix: "2026/" });
  assert.deepEqual(parsePrefix("gs://b"), { bucket: "b", prefix: "" });
});

test("commands to copy name the same stack", () => {
  assert.equal(stackArguments({}), "");
  assert.equal(stackArguments({ local: true }), " --local");
  assert.equal(
    stackArguments({ outputs: "my outputs.json", set: ["bucketUrl=gs://b"] }),
    " --outputs 'my outputs.json' --set bucketUrl=gs://b",
  );
});

test("on a narrow terminal the last columns are left out", () => {
  for (const [columns, last] of [
    [40, "read"],
    [60, "refused"],
    [80, "MB/s"],
  ] as const) {
    const text = objectTable([row("a-name-of-two-dozen-letters")], { ...OPTIONS, columns });
    const [heading = ""] = text.split("\n");
    assert.ok(heading.endsWith(last), heading);
    for (const line of text.split("\n")) assert.ok(widthOf(line) <= columns, line);
  }
});
