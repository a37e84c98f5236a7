import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { identity, type Transform } from "../../functions/event/transform-contract.ts";
import type { CheckSource } from "../../check/check-source.ts";
import type { CheckSummary } from "../../check/check-summary.ts";
import { Examination } from "../../check/examination.ts";
import { SIMULATED_RULES } from "../../cli/check/mixpanel-rules.ts";
import { event, events, ndjson } from "../support/factories.ts";
import { UNWATCHED } from "../support/unwatched.ts";

const NOW = Date.UTC(2026, 0, 1);

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function source(name: string, content: string | Buffer, pieceBytes = 1000): CheckSource {
  const bytes = Buffer.from(content);
  return {
    name,
    object: { bucket: "local", object: name, generation: "0" },
    bytes: bytes.length,
    open: () => pieces(bytes, pieceBytes),
  };
}

async function check(
  sources: readonly CheckSource[],
  transform: Transform = identity,
): Promise<CheckSummary> {
  const examination = new Examination({
    watchdog: UNWATCHED,
    transform,
    strict: true,
    rules: SIMULATED_RULES,
    now: () => NOW,
  });
  for (const one of sources) await examination.examine(one, () => undefined);
  return examination.summary();
}

test("good records pass, with what sending them takes", async () => {
  const {
    ok,
    records,
    events: counts,
    sending,
    problems,
  } = await check([source("a.ndjson", ndjson(events(4001)))]);

  assert.equal(ok, true);
  assert.deepEqual(records, { read: 4001, dropped: 0, unusable: 0, used: 4001 });
  assert.deepEqual(counts, { produced: 4001, accepted: 4001, rejected: 0, idsAdded: 0 });
  assert.equal(sending.requests, 3);
  assert.equal(sending.seconds, 4001 / 30_000);
  assert.deepEqual(problems, []);
});

test("files are read as importObject reads them, whatever their layout", async () => {
  const records = events(3);
  const text = JSON.stringify(records);
  const { ok, files } = await check([
    source("array.json", text),
    source("pretty.json.zst", zstdCompressSync(JSON.stringify(records, null, 2))),
    source("concatenated", records.map((record) => JSON.stringify(record)).join("")),
    source("cut-off.json", text.slice(0, -1)),
    source("events.zip", Buffer.from("PK\x03\x04\x14\0\0\0\x08\0events.ndjson")),
    source("utf-16", Buffer.from(`\ufeff${text}`, "utf16le")),
  ]);

  assert.equal(ok, false);
  assert.deepEqual(
    files.map(({ records: { read, used }, error }) => [read, used, error]),
    [
      [3, 3, undefined],
      [3, 3, undefined],
      [3, 3, undefined],
      [3, 3, "the JSON is cut off: it is never closed"],
      [0, 0, "a zip archive: unzip it, and upload the files in it"],
      [0, 0, "UTF-16 text: convert it with: iconv -f UTF-16 -t UTF-8 FILE"],
    ],
  );
});

test("bytes decide over the time once events are larger than 1.1 KB", async () => {
  const large = events(100).map(({ properties, ...rest }) => ({
    ...rest,
    properties: { ...properties, list: Array.from({ length: 200 }, () => "x".repeat(200)) },
  }));
  const { sending } = await check([source("a.ndjson", ndjson(large), 100_000)]);
  assert.equal(sending.requests, 2);
  assert.equal(sending.seconds, (sending.bytes / 2e9) * 60);
});

test("problems are counted, most frequent first, with their lines", async () => {
  const noTime = event({ properties: { time: undefined } });
  const tooDeep = event({ properties: { a: { b: { c: { d: {} } } } } });
  const text = `${ndjson([noTime, noTime, event(), noTime])}\n{"event"\n${ndjson([tooDeep])}`;

  const summary = await check([source("a.ndjson", text), source("b.ndjson", ndjson([noTime]))]);

  assert.equal(summary.ok, false);
  assert.deepEqual(summary.records, { read: 7, dropped: 0, unusable: 5, used: 2 });
  assert.deepEqual(summary.events, { produced: 2, accepted: 1, rejected: 1, idsAdded: 0 });
  assert.deepEqual(
    summary.problems.map(({ examples }) => examples.map(({ line }) => line)),
    [[1, 2, 4], [6], [7]],
  );
  const counted = summary.problems.map(({ examples: _examples, ...problem }) => problem);
  assert.deepEqual(counted, [
    {
      ...{ reason: "invalid", field: "properties.time", error: "missing", records: 4 },
      places: [
        { file: "a.ndjson", records: 3, lines: "1-2,4" },
        { file: "b.ndjson", records: 1, lines: "1" },
      ],
    },
    {
      ...{ reason: "malformed", field: "", error: "not valid JSON: cut off", records: 1 },
      places: [{ file: "a.ndjson", records: 1, lines: "6" }],
    },
    {
      ...{ reason: "rejected", field: "properties.a", records: 1 },
      error: "'properties.a' is invalid: must not be nested more than 3 levels deep",
      places: [{ file: "a.ndjson", records: 1, lines: "7" }],
    },
  ]);
});

test("a transform may leave records out, make several events, or throw", async () => {
  const transform: Transform = (record, context) => {
    const { line } = context.source === "object" ? context : { line: 0 };
    if (line === 1) return null;
    if (line === 2) throw new Error("no such customer");
    return [record, { ...record, event: "Copy" }];
  };
  const summary = await check([source("a.ndjson", ndjson(events(3)))], transform);

  assert.deepEqual(summary.records, { read: 3, dropped: 1, unusable: 1, used: 1 });
  assert.equal(summary.events.produced, 2);
  assert.deepEqual(summary.eventNames, [
    { name: "Page viewed", events: 1 },
    { name: "Copy", events: 1 },
  ]);
  assert.deepEqual(
    summary.problems.map(({ reason, error }) => ({ reason, error })),
    [{ reason: "transform-failed", error: "no such customer" }],
  );
  assert.deepEqual(
    summary.samples.map(({ line, after, note }) => [line, after.length, note]),
    [
      [1, 0, "left out"],
      [2, 0, "transform-failed, no such customer"],
      [3, 2, undefined],
    ],
  );
});

test("a transform that throws another text for every record fills no memory", async () => {
  const transform: Transform = (record) => {
    throw new Error(`failed: ${JSON.stringify(record["properties"])}`);
  };
  const { problems, records } = await check([source("a.ndjson", ndjson(events(3000)))], transform);

  assert.equal(records.unusable, 3000);
  assert.ok(problems.length <= 1001);
  assert.deepEqual(problems.at(0)?.error, "other problems");
  assert.equal(
    problems.reduce((sum, problem) => sum + problem.records, 0),
    3000,
  );
});

test("properties are told with their types and share", async () => {
  const summary = await check([
    source(
      "a.ndjson",
      ndjson([event({ properties: { plan: 1 } }), event({ properties: { n: null } })]),
    ),
  ]);
  const find = (name: string) => summary.properties.find((property) => property.name === name);

  assert.deepEqual(find("plan"), {
    ...{ name: "plan", events: 2, share: 1 },
    ...{ types: { number: 1, string: 1 }, cut: 0 },
  });
  assert.deepEqual(find("n"), { name: "n", events: 1, share: 0.5, types: { null: 1 }, cut: 0 });
});

test("an event is shown as it would be sent, every digit of it", async () => {
  const line = '{"event":"E","properties":{"time":1760000000,"n":12345678901234567890}}';
  const { samples } = await check([source("a.ndjson", line)]);

  assert.equal(samples[0]?.before, line);
  assert.match(
    samples[0].after.join(""),
    /^\{"event":"E","properties":\{"time":1760000000,"n":12345678901234567890,"ip":0,"\$insert_id":"[0-9a-f]{36}"\}\}$/,
  );
});

const text = ndjson(events(50));

describe("a file", () => {
  for (const [name, content, read] of [
    ["gzip", gzipSync(text), 50],
    ["gzip within gzip", gzipSync(gzipSync(text)), 50],
    ["several gzip members", Buffer.concat([gzipSync(text), gzipSync(text)]), 100],
    ["no line feed at the end", text.trimEnd(), 50],
    ["blank lines and carriage returns", text.replaceAll("\n", "\r\n\r\n"), 50],
    ["a byte-order mark", `\ufeff${text}`, 50],
    ["nothing at all", "", 0],
  ] as const)
    test(`with ${name} is read as the import reads it`, async () => {
      const { ok, records } = await check([source("a", content)]);
      assert.equal(ok, true);
      assert.equal(records.read, read);
      assert.equal(records.used, read);
    });

  test("with gzip that is cut off is not in order, and read as far as it goes", async () => {
    const summary = await check([source("a", gzipSync(text).subarray(0, -20)), source("b", text)]);
    assert.equal(summary.ok, false);
    assert.equal(summary.files[0]?.error, "the gzip data is cut off");
    assert.equal(summary.files[1]?.records.used, 50);
  });

  test("with a line of more than 1 MB goes on behind it", async () => {
    const long = `{"event":"${"x".repeat(1_200_000)}"}\n`;
    const { records, problems } = await check([source("a", `${text}${long}${text}`, 100_000)]);
    assert.deepEqual(records, { read: 101, dropped: 0, unusable: 1, used: 100 });
    assert.deepEqual(problems[0]?.places, [{ file: "a", records: 1, lines: "51" }]);
  });
});

test("different tokens of updates are counted, and none is in the summary", async () => {
  const update = (id: string, token?: string): string =>
    JSON.stringify({ ...(token !== undefined && { $token: token }), $distinct_id: id, $set: {} });
  const lines = [update("u1", "token-a"), update("ü2", "token-b"), update("u3", "token-a")];
  const { notes, profiles } = await check([
    source("a.ndjson", [...lines, update("u4")].join("\n")),
  ]);
  assert.deepEqual({ tokens: notes.tokens, profiles }, { tokens: 2, profiles: 4 });
  assert.equal((await check([source("b.ndjson", update("u4"))])).notes.tokens, 0);
});
