import assert from "node:assert/strict";
import { test } from "node:test";

import { identity } from "../../../functions/event/transform-contract.ts";
import { Examination } from "../../../check/examination.ts";
import { checkPage } from "../../../check/page/check-page.ts";
import { SIMULATED_RULES } from "../../../cli/check/mixpanel-rules.ts";
import { UNWATCHED } from "../../support/unwatched.ts";

const NOW = Date.UTC(2026, 0, 1);

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield bytes;
}

async function pageOf(files: Readonly<Record<string, string>>): Promise<string> {
  const examination = new Examination({
    watchdog: UNWATCHED,
    ...{ transform: identity, rules: SIMULATED_RULES, strict: false, now: () => NOW },
  });
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    const object = { bucket: "local", object: name, generation: "0" };
    const source = { name, object, bytes: bytes.length, open: () => once(bytes) };
    await examination.examine(source, () => undefined);
  }
  return checkPage(examination.summary(), { nowMs: NOW, notes: ["<b>note</b>"] });
}

const HOSTILE = [
  "</script><script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "\u202ertl",
  "\u{1f600}".repeat(400),
  "x".repeat(5000),
  "'&lt;",
];

test("hostile names, values and files are only text in the page", async () => {
  const lines = HOSTILE.flatMap((name) => [
    JSON.stringify({ event: name, properties: { [name]: name, time: 1_700_000_000 } }),
    `${name} is no JSON`,
    JSON.stringify({ event: name, properties: { time: name } }),
  ]);
  const page = await pageOf({ [HOSTILE[1] ?? ""]: lines.join("\n") });

  assert.doesNotMatch(page, /<script|<img|<b>note|\u202e/);
  assert.match(page, /&lt;\/script&gt;&lt;script&gt;alert\(1\)/);
  assert.match(page, /&lt;b&gt;note/);
  assert.ok(page.isWellFormed());
  assert.doesNotMatch(page, /\b(?:src|href)="(?!data:,)/);
});

test("a page is below 1 MB whatever the data is", async () => {
  const long = "\u6771".repeat(300);
  const lines = Array.from({ length: 6000 }, (_, index) =>
    JSON.stringify({
      event: `${index}${long}`,
      properties: { time: 40_000_000 + index * 250_000, [`${index}${long}`]: index },
    }),
  );
  const files = Array.from({ length: 300 }, (_, index): [string, string] => [
    `${index}${long}`,
    `${index}${long}`,
  ]);
  const page = await pageOf({ "a.ndjson": lines.join("\n"), ...Object.fromEntries(files) });

  assert.ok(Buffer.byteLength(page) < 1_000_000, `${Buffer.byteLength(page)}`);
});

test("no event at all is said", async () => {
  const page = await pageOf({ "empty.ndjson": "" });
  assert.match(page, /No event has a time\./);
  assert.match(page, /There is no record to look at\./);
  assert.doesNotMatch(page, /class="good"|about less/);
  assert.match(page, /Nothing would be refused\./);
  assert.doesNotMatch(page, /NaN|undefined|Infinity/);
});

test("updates of profiles are imported, and counted by kind", async () => {
  const user = '{"$distinct_id":"u","$set":{"a":1}}';
  const group = '{"$group_key":"company","$group_id":"g","$set":{"a":1}}';
  const page = await pageOf({ "users.ndjson": [user, user, group].join("\n") });

  assert.match(page, /class="good">\s*<b\s*>3 of 3 would be imported, 0\s+refused/);
  assert.match(page, /updates of users<\/span\s*><b>2</);
  assert.match(page, /updates of groups<\/span\s*><b>1</);
  assert.doesNotMatch(await pageOf({ "a.ndjson": '{"event":"A"}' }), /updates of/);
});

test("years of events are a chart", async () => {
  const lines = Array.from({ length: 3000 }, (_, index) =>
    JSON.stringify({
      event: index % 3 === 0 ? "A" : "B",
      properties: { time: 1_500_000_000 + index * 80_000, distinct_id: "u" },
    }),
  );
  const page = await pageOf({ "years.ndjson": lines.join("\n") });

  const bars = (page.match(/<rect\s+x="/g) ?? []).length;
  assert.ok(bars >= 60, `${bars}`);
  assert.match(page, /2017-07-14/);
  assert.doesNotMatch(page, /NaN|undefined|Infinity/);
});
