import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import { startObjectCloud, type TestCloud } from "../support/local-cloud.ts";
import {
  assertComplete,
  importObject,
  inShort,
  mixpanelOf,
  receiptOf,
  shownOf,
  startShortRuns,
} from "./object-scenario.ts";

/** `count` rows of usual columns, with notes that hold what is hard about CSV. */
function rowsOf(name: string, count: number, write: (fields: readonly string[]) => string): string {
  const header = write(["event", "time", "distinct_id", "$insert_id", "note"]);
  const rows = Array.from({ length: count }, (_, index) =>
    write([
      name,
      String(1_760_000_000 + index),
      `user-${index % 100}`,
      `${name.replaceAll(" ", "-")}-${index}`,
      `"row" ${index},\n; of ${name} 😀`,
    ]),
  );
  return [header, ...rows].join("");
}

const quoted = (text: string): string =>
  /[",;\n\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Ways in which tools write CSV. */
const DIALECTS = {
  "plain.csv": (fields: readonly string[]) => `${fields.map(quoted).join(",")}\n`,
  "CRLF.CSV": (fields: readonly string[]) => `${fields.map(quoted).join(",")}\r\n`,
  "semicolon.csv": (fields: readonly string[]) => `${fields.map(quoted).join(";")}\r\n`,
  "tabs.tsv": (fields: readonly string[]) => `${fields.map(quoted).join("\t")}\n`,
  "bars.csv": (fields: readonly string[]) => `${fields.map(quoted).join("|")}\n`,
} satisfies Record<string, (fields: readonly string[]) => string>;

const COMPRESSED = {
  "": (text: string) => Buffer.from(text),
  ".gz": (text: string) => zlib.gzipSync(text),
  ".zst": (text: string) => zlib.zstdCompressSync(text),
} satisfies Record<string, (text: string) => Buffer>;

test("CSV in every dialect is imported, compressed or not", async (t) => {
  const cloud = await startObjectCloud(t);
  for (const [file, write] of Object.entries(DIALECTS))
    for (const [suffix, compress] of Object.entries(COMPRESSED))
      await t.test(file + suffix, async () => {
        const name = `${file}${suffix}`;
        await importObject(cloud, name, compress(`\ufeff${rowsOf(name, 1500, write)}`));
        await assertComplete(cloud, name, name, 1500);
      });
  assert.deepEqual(cloud.deadLetters(), []);
});

test("CSV is told by its content type, and by the setting formats", async (t) => {
  const cloud = await startObjectCloud(t, {
    environment: {
      importObject: { FORMATS: '{"exports/**":"csv-semicolon","exports/json/*":"ndjson"}' },
    },
  });
  const plain = rowsOf("By type", 3, DIALECTS["plain.csv"]);
  await cloud.upload("by-type", plain, { contentType: "text/csv; charset=utf-8" });
  await cloud.upload("exports/by-setting", rowsOf("By setting", 3, DIALECTS["semicolon.csv"]));
  const event = { event: "JSON", properties: { time: 1_760_000_000, distinct_id: "u" } };
  await cloud.upload("exports/json/a.csv", JSON.stringify(event));
  await cloud.upload("named.csv", JSON.stringify({ ...event, event: "Named" }));
  await cloud.idle();
  for (const name of ["By type", "By setting"]) assert.equal(shownOf(cloud, name).distinct, 3);
  for (const name of ["JSON", "Named"]) assert.equal(shownOf(cloud, name).distinct, 1);
  assert.deepEqual(cloud.deadLetters(), []);
});

/** Dead letters of one object, by line, with their format. */
function deadOf(cloud: TestCloud, object: string): unknown {
  const letters = cloud.deadLetters().filter(({ attributes }) => attributes["objectId"] === object);
  return inShort(letters)
    .map(({ lines, reason, error, data }, index) => {
      return [lines, reason, error, data, letters[index]?.attributes["format"]];
    })
    .sort();
}

test("what is wrong with a row costs that row, which is there to be mended", async (t) => {
  const cloud = await startObjectCloud(t);
  const csv = [
    "event,time,distinct_id,note",
    'Good,1760000000,u,"one\ntwo"',
    "Good,1760000001,u",
    'Good,1760000002,u,"x"y',
    "Good,2026-01-01T00:00:00Z,u,",
    ",1760000003,u,x",
    "Good,1760000004,u,last",
  ].join("\n");
  await importObject(cloud, "rows.csv", csv);
  const { state, records, firstError } = await receiptOf(cloud, "rows.csv");
  assert.equal(state, "complete");
  assert.deepEqual(records, { read: 6, dropped: 0, unusable: 4, used: 2 });
  assert.equal(firstError?.line, 4);
  assert.deepEqual(deadOf(cloud, "rows.csv"), [
    ["4", "malformed", "3 fields, the header has 4", "Good,1760000001,u", "csv"],
    ["5", "malformed", "text after a closing quote", 'Good,1760000002,u,"x"y', "csv"],
    [
      "6",
      "invalid",
      "not a number: eventFromRow reads it",
      '{"event":"Good","time":"2026-01-01T00:00:00Z","distinct_id":"u"}',
      "csv",
    ],
    [
      "7",
      "invalid",
      "missing: eventFromRow says which column it is",
      '{"time":"1760000003","distinct_id":"u","note":"x"}',
      "csv",
    ],
  ]);
});

test("CSV that cannot be read is one dead letter that says what to do", async (t) => {
  const cloud = await startObjectCloud(t);
  const cases = {
    "no-header.csv": ["1760000000,2\n1760000001,3\n", /^CSV: no header line/],
    "no-delimiter.csv": ["event\na\n", /^CSV: it is not clear what separates .* sep=;/],
    "repeated.csv": ["event,time,event\na,1,b\n", /columns 1 and 3 have the same name/],
    "utf16.csv": [Buffer.from("\ufeffevent\ttime\n", "utf16le"), /^UTF-16 text: .*iconv/],
  } as const;
  for (const [name, [content, expected]] of Object.entries(cases)) {
    await importObject(cloud, name, content);
    const { state, records } = await receiptOf(cloud, name);
    assert.equal(state, "unreadable", name);
    assert.deepEqual(records, { read: 0, dropped: 0, unusable: 0, used: 0 });
    const dead = cloud.deadLetters().filter(({ attributes }) => attributes["objectId"] === name);
    assert.equal(dead.length, 1);
    assert.equal(dead[0]?.attributes["reason"], "unreadable");
    assert.match(dead[0].attributes["error"] ?? "", expected);
  }
});

test("a file of rows that are no events is quarantined", async (t) => {
  const cloud = await startObjectCloud(t);
  await importObject(cloud, "other.csv", `id,name\n${"1,x\n".repeat(3000)}`);
  const { state, records } = await receiptOf(cloud, "other.csv");
  assert.deepEqual([state, records.read], ["quarantined", 1000]);
  const [dead, ...others] = cloud.deadLetters();
  assert.deepEqual(others, []);
  assert.match(dead?.attributes["error"] ?? "", /eventFromRow says which column it is \(1000\)/);
});

test("CSV that takes several runs goes on in its middle", async (t) => {
  const cloud = await startShortRuns(t);
  const long = "a column with a name that no continuation has room for ".repeat(160);
  const rows = rowsOf("Several runs", 6000, DIALECTS["plain.csv"]);
  const files = {
    "plain.csv": Buffer.from(rows),
    "plain.csv.gz": zlib.gzipSync(rows),
    // Its header is read again by each run.
    "wide.csv": Buffer.from(
      rows.replace("note\n", `note,${long}\n`).replaceAll('😀"\n', '😀",x\n'),
    ),
  };
  for (const [name, content] of Object.entries(files)) {
    mixpanelOf(cloud).clear();
    await importObject(cloud, name, content);
    const receipt = await assertComplete(cloud, name, "Several runs", 6000);
    assert.ok(receipt.runs > 1, `${receipt.runs} runs`);
  }
  assert.deepEqual(cloud.deadLetters(), []);
});
