import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import { startObjectCloud } from "../support/local-cloud.ts";
import {
  assertComplete,
  importObject,
  inShort,
  mixpanelOf,
  numbered,
  receiptOf,
  shownOf,
  startShortRuns,
} from "./object-scenario.ts";

/** Ways in which tools write events that are not one a line. */
const LAYOUTS = {
  "array on one line": (events: readonly unknown[]) => JSON.stringify(events),
  "array, an element a line": (events: readonly unknown[]) =>
    `[\n${events.map((event) => JSON.stringify(event)).join(",\n")}\n]\n`,
  "array, pretty, with a byte-order mark": (events: readonly unknown[]) =>
    `\ufeff${JSON.stringify(events, null, 2)}\r\n`,
  "arrays in an array": (events: readonly unknown[]) =>
    JSON.stringify([events.slice(0, 10), [events.slice(10)]]),
  "pretty objects": (events: readonly unknown[]) =>
    events.map((event) => JSON.stringify(event, null, "\t")).join("\n"),
  concatenated: (events: readonly unknown[]) =>
    events.map((event) => JSON.stringify(event)).join(""),
  "JSON sequence": (events: readonly unknown[]) =>
    events.map((event) => `\x1e${JSON.stringify(event)}\n`).join(""),
} satisfies Record<string, (events: readonly unknown[]) => string>;

/** How it may be compressed. */
const COMPRESSED = {
  plain: (text: string) => Buffer.from(text),
  gzip: (text: string) => zlib.gzipSync(text),
  "zstd in three frames": (text: string) => {
    const bytes = Buffer.from(text);
    const third = Math.ceil(bytes.length / 3);
    return Buffer.concat(
      [0, 1, 2].map((part) =>
        zlib.zstdCompressSync(bytes.subarray(part * third, (part + 1) * third)),
      ),
    );
  },
} satisfies Record<string, (text: string) => Buffer>;

/** A record whose bytes have to arrive as they are. */
const EXACT =
  '{"event":"Exact","properties":{"time":1760000000,"distinct_id":"u","n":12345678901234567890}}';

test("JSON in every layout is imported, compressed or not", async (t) => {
  const cloud = await startObjectCloud(t);
  for (const [layout, write] of Object.entries(LAYOUTS))
    for (const [how, compress] of Object.entries(COMPRESSED))
      await t.test(`${layout}, ${how}`, async () => {
        const name = `${layout} ${how}`.replaceAll(/\W+/g, "-");
        const events = Array.from({ length: 1500 }, (_, index) => numbered(name, index));
        await importObject(cloud, name, compress(write(events)));
        const receipt = await assertComplete(cloud, name, name, 1500);
        assert.equal(receipt.runs, 1);
      });
  assert.deepEqual(cloud.deadLetters(), []);
});

test("elements keep their bytes, and what is wrong with one costs only that one", async (t) => {
  const cloud = await startObjectCloud(t, { mixpanel: { keepEvents: 10 } });
  const good = (index: number): string => JSON.stringify(numbered("Among others", index));
  const lines = [
    EXACT,
    good(0),
    '{"event": "no properties"}',
    good(1),
    '{"event":"never closed","properties":{"time":1,"x":"y}}',
    good(2),
    "42",
    '{"event":"NaN","properties":{"time":NaN}}',
    JSON.stringify({ event: "Too large", properties: { time: 1, x: "x".repeat(1_200_000) } }),
    good(3),
  ];
  await importObject(cloud, "damaged.json", `[\n${lines.join(",\n")}\n]`);

  const { state, records, firstError } = await receiptOf(cloud, "damaged.json");
  assert.equal(state, "complete");
  assert.deepEqual(records, { read: 10, dropped: 0, unusable: 5, used: 5 });
  assert.equal(shownOf(cloud, "Among others").distinct, 4);
  assert.equal(shownOf(cloud, "Exact").distinct, 1);
  assert.equal(firstError?.line, 4);
  const dead = inShort(cloud.deadLetters());
  assert.deepEqual(
    dead.map(({ reason, lines: places }) => [places, reason]).sort(),
    [
      ["10", "too-large"],
      ["4", "invalid"],
      ["6", "malformed"],
      ["8", "invalid"],
      ["9", "malformed"],
    ].sort(),
  );
});

test("an array that takes several runs goes on in its middle", async (t) => {
  const cloud = await startShortRuns(t);
  const events = Array.from({ length: 6000 }, (_, index) => numbered("Several runs", index));
  const layouts = {
    "plain.json": Buffer.from(JSON.stringify(events, null, 1)),
    "frames.json.zst": COMPRESSED["zstd in three frames"](JSON.stringify(events)),
  };
  for (const [name, content] of Object.entries(layouts)) {
    mixpanelOf(cloud).clear();
    await importObject(cloud, name, content);
    const receipt = await assertComplete(cloud, name, "Several runs", events.length);
    assert.ok(receipt.runs > 1, `${receipt.runs} runs`);
  }
  assert.deepEqual(cloud.deadLetters(), []);
});

test("an array that is cut off is truncated, and everything before the cut is in", async (t) => {
  const cloud = await startObjectCloud(t);
  const text = JSON.stringify(
    Array.from({ length: 100 }, (_, index) => numbered("Cut off", index)),
  );
  for (const [name, cut, unusable] of [
    ["within-an-element.json", text.length - 20, 1],
    ["between-elements.json", text.length - 1, 0],
  ] as const) {
    mixpanelOf(cloud).clear();
    await importObject(cloud, name, text.slice(0, cut));
    const { state, records } = await receiptOf(cloud, name);
    assert.equal(state, "truncated");
    assert.deepEqual(records, { read: 100, dropped: 0, unusable, used: 100 - unusable });
    assert.equal(shownOf(cloud, "Cut off").distinct, 100 - unusable);
  }
  const whole = inShort(cloud.deadLetters()).filter(({ reason }) => reason === "unreadable");
  assert.deepEqual(
    whole.map(({ error }) => error),
    Array(2).fill("the JSON is cut off: it is never closed: upload the object again"),
  );
});

test("what is recognised and not read is one dead letter that says what it is and what to do", async (t) => {
  const cloud = await startObjectCloud(t);
  const text = JSON.stringify(numbered("Foreign", 0));
  const cases = {
    "events.zip": [
      Buffer.from("PK\x03\x04\x14\0\0\0\x08\0events.ndjson"),
      /^a zip archive: unzip it/,
    ],
    "events.bz2": [Buffer.from("BZh91AY&SY\xd7\x03\x01\0", "latin1"), /^bzip2: .*bunzip2/],
    "utf16.ndjson": [Buffer.from(`\ufeff${text}\r\n${text}`, "utf16le"), /^UTF-16 text: .*iconv/],
    "tar.gz": [
      zlib.gzipSync(Buffer.concat([Buffer.alloc(257, "a"), Buffer.from("ustar\x0000")])),
      /^a tar archive/,
    ],
  } as const;
  for (const [name, [content, expected]] of Object.entries(cases)) {
    await importObject(cloud, name, content);
    const { state, records, firstError } = await receiptOf(cloud, name);
    assert.equal(state, "unreadable", name);
    assert.deepEqual(records, { read: 0, dropped: 0, unusable: 0, used: 0 });
    assert.equal(firstError, null);
    const [dead, ...others] = cloud
      .deadLetters()
      .filter(({ attributes }) => attributes["objectId"] === name);
    assert.deepEqual(others, []);
    assert.equal(dead?.attributes["reason"], "unreadable");
    assert.match(dead.attributes["error"] ?? "", expected);
  }
});
