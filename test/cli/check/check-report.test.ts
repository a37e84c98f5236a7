import assert from "node:assert/strict";
import { test } from "node:test";

import { Examination } from "../../../check/examination.ts";
import type { CheckSummary } from "../../../check/check-summary.ts";
import { formatReport } from "../../../cli/check/check-report.ts";
import { SIMULATED_RULES } from "../../../cli/check/mixpanel-rules.ts";
import { widthOf } from "../../../cli/terminal/fit.ts";
import { plain } from "../../../cli/terminal/paint.ts";
import { identity, type Transform } from "../../../functions/event/transform-contract.ts";
import { event, ndjson } from "../../support/factories.ts";
import { UNWATCHED } from "../../support/unwatched.ts";

const NOW = Date.UTC(2026, 0, 1);

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield bytes;
}

async function summaryOf(
  files: Readonly<Record<string, string>>,
  transform: Transform = identity,
): Promise<CheckSummary> {
  const examination = new Examination({
    watchdog: UNWATCHED,
    ...{ transform, rules: SIMULATED_RULES, strict: false, now: () => NOW },
  });
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    const object = { bucket: "local", object: name, generation: "0" };
    const source = { name, object, bytes: bytes.length, open: () => once(bytes) };
    await examination.examine(source, () => undefined);
  }
  return examination.summary();
}

async function reportOf(
  files: Readonly<Record<string, string>>,
  transform?: Transform,
): Promise<string> {
  return formatReport(await summaryOf(files, transform), { paint: plain, columns: 80 });
}

const HOSTILE = [
  event({ event: "\u001b[2J\u202eevil", properties: { ["x".repeat(300)]: "y".repeat(3000) } }),
  event({ event: "\u6771\u4eac".repeat(100), properties: { a: "\u{1f600}".repeat(100) } }),
  event({ event: "", properties: { b: 1 } }),
];

test("whatever the data is, no line is wider than 80 columns, and none moves the cursor", async () => {
  const name = `${"folder/".repeat(30)}a.ndjson`;
  const lines = (await reportOf({ [name]: ndjson(HOSTILE), "b.ndjson": "oops\n" })).split("\n");

  assert.deepEqual(
    lines.filter((line) => widthOf(line) > 80),
    [],
  );
  assert.doesNotMatch(lines.join("\n"), /[\u001b\u202e]/);
});

test("a transform's work is shown property by property", async () => {
  const record = { event: "A", properties: { time: 1, distinct_id: "u", $insert_id: "i", a: 1 } };
  const report = await reportOf(
    { "a.ndjson": ndjson([record]) },
    ({ event: name, properties }) => ({
      event: `${name as string}!`,
      properties: { ...(properties as object), a: undefined, time: 40_000_000 },
    }),
  );

  assert.ok(
    report.startsWith(
      [
        "a.ndjson, line 1",
        '- event          "A"',
        '+ event          "A!"',
        "  properties",
        "-   time         1",
        "+   time         40000000",
        '    distinct_id  "u"',
        '    $insert_id   "i"',
        "+   ip           0",
        "-   a            1",
        "",
      ].join("\n"),
    ),
    report,
  );
});

test("what Mixpanel will do besides refusing is told", async () => {
  const join = { event: "$merge", properties: { $distinct_ids: ["a", "b"], time: 1 } };
  const nobody = event({ properties: { distinct_id: undefined, title: "x".repeat(256) } });
  const device = event({ properties: { distinct_id: undefined, $device_id: "d" } });
  const report = await reportOf({ "a.ndjson": ndjson([join, nobody, device]) });
  const text = report.replaceAll("\n", " ");

  assert.match(text, /Events that join users .*: 1\. A project with Simplified ID Merge refuses/);
  assert.match(text, /Events without distinct_id: 2\. A project with Original ID Merge refuses/);
  assert.match(text, /Without \$user_id and \$device_id too: 1\./);
  assert.match(text, /Texts longer than 255 bytes, which Mixpanel cuts: 1, in title\./);
});

const USER = { $distinct_id: "u", $set: { a: 1 } };
const GROUP = { $group_key: "company", $group_id: "g", $set: { a: 1 } };

test("a file of updates only is imported, and what is no event is not spoken of", async () => {
  const report = await reportOf({
    "users.ndjson": ndjson([USER, USER]),
    "b.ndjson": ndjson([USER]),
  });

  assert.match(report, /^users\.ndjson +2 +2 +0 +0 +/m);
  assert.match(report, /^3 records: 3 used, 0 left out, 0 unusable\n3 updates of users\n/m);
  assert.match(report, /^To send: \d+ B in 2 requests/m);
  assert.match(report, /^3 of 3 would be imported, 0 refused, 0 left out\.$/m);
  assert.doesNotMatch(report, /event|properties|NOTHING/);
});

test("all three kinds are counted, those of one record too", async () => {
  const sale = { event: "Sale", properties: { time: 40_000_000, distinct_id: "u" } };
  const report = await reportOf({ "a.ndjson": ndjson([sale]) }, () => [sale, USER, GROUP]);

  assert.match(report, /^1 event: 1 accepted, .*\n1 update of users, 1 of groups$/m);
  assert.match(report, /^ {2}event 1 of 3$/m);
  assert.match(report, /^ {2}update 3 of 3$/m);
  assert.match(report, /in 3 requests/);
});

test("of many files the remarkable ones have their row", async () => {
  const good = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`${index}.ndjson`, ndjson([event()])]),
  );
  const report = await reportOf({ ...good, "empty.ndjson": "" });

  assert.match(report, /^empty\.ndjson \(empty\) /m);
  assert.match(report, /^and 11 more files$/m);
});

test("a file that cannot be read at all is told apart from one that is cut off, and nothing of it is a loud verdict", async () => {
  const report = await reportOf({ "index.csv": ",event,time\n0,Signup,1795000000\n" });
  assert.match(report, /^index\.csv \(unreadable\) /m);
  assert.match(report, /index\.csv cannot be read: CSV: column 1 has no name/);
  assert.match(report, /^NOTHING WOULD BE IMPORTED: see the reasons above\.$/m);
});
