import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { createBatchBuilders } from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import { createSlicer } from "../../../functions/objects/slicer.ts";
import { createSlice, type Slice } from "../../../functions/objects/slice.ts";
import type { Position } from "../../../functions/event/record.ts";
import { splitLines } from "../../../functions/formats/ndjson/lines.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";
import { identity } from "../../../functions/event/transform-contract.ts";
import { chunksOf, cutAt, cuts } from "../support/chunks.ts";
import { NOW, SOURCE } from "../support/prepared.ts";

const preparer = createRecordPreparer({
  transform: identity,
  locateByRequest: true,
  syntheticId: "record",
});

interface Filled {
  /** `line:text` of every event and every dead record, in the order of the slices. */
  readonly seen: readonly string[];
  readonly read: number;
  readonly ends: readonly Position[];
}

/**
 * Fills slices of at most `events` events from `bytes[start.offset…]`, and stops after `slices` of
 * them.
 */
async function fill(
  bytes: Buffer,
  options: { places?: readonly number[]; start?: Position; events?: number; slices?: number },
): Promise<Filled> {
  const { places = [], start = { offset: 0, line: 1 }, events = 3, slices = Infinity } = options;
  const newBuilder = createBatchBuilders({ events, bytes: 4_000_000 }, 1);
  const seen: string[] = [];
  const ends: Position[] = [];
  let read = 0;
  const slicer = createSlicer({
    start,
    source: SOURCE,
    preparer,
    isTransformLimited: false,
    newSlice: () => createSlice(newBuilder, Infinity),
    maxSliceBytes: 300,
    complete: (slice, end) => {
      seen.push(...recordsOf(slice));
      read += slice.counts().read;
      ends.push(end);
      return Promise.resolve(ends.length < slices);
    },
    wallNow: () => NOW,
  });
  const chunks = chunksOf(cutAt(bytes.subarray(start.offset), places));
  for await (const block of splitLines(chunks, start.offset))
    if (!(await slicer.add(block))) return { seen, read, ends };
  await slicer.finish();
  return { seen, read, ends };
}

function recordsOf(slice: Slice): readonly string[] {
  const sent = slice.batches.flatMap(({ records }) => records);
  const events = sent.map(
    ({ line, bytes, start, end }) => `${line}:${bytes.toString("utf8", start, end)}`,
  );
  const dead = slice.dead.map(({ line, bytes }) => `${line}:${bytes.toString("utf8", 0, 50)}`);
  return [...events, ...dead].toSorted((a, b) => Number.parseInt(a) - Number.parseInt(b));
}

/**
 * What has to be seen of a text: every line that is not blank, trimmed, but for those that are
 * dropped.
 */
function expected(text: string): readonly string[] {
  return text
    .split("\n")
    .map(
      (line, index) =>
        `${index + 1}:${line.replace(/^\ufeff/, "").replace(/^[ \t\r]+|[ \t\r]+$/g, "")}`,
    )
    .filter((line) => !line.endsWith(":") && !line.includes("$ignore"));
}

const line = fc.oneof(
  { weight: 4, arbitrary: fc.nat(99).map((n) => `{"event":"é${n}","properties":{"time":1}}`) },
  fc.constantFrom(
    ...["", "  ", "\r", "{", "[1]", '{"event":"e","properties":{"time":1,"$ignore":true}}'],
    ...[
      ' \t{"event":"$merge","properties":{"time":1}} \r',
      '\ufeff{"event":"b","properties":{"time":1}}',
    ],
  ),
);
const texts = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
  .map(([lines, isEnded]) => lines.join("\n") + (isEnded ? "\n" : ""));

describe("the filling of slices", () => {
  it("gives every record once, with its line, for any chunks", async () => {
    await fc.assert(
      fc.asyncProperty(texts, cuts(1500), async (text, places) => {
        const bytes = Buffer.from(text);
        const { seen, ends } = await fill(bytes, { places });
        assert.deepEqual(seen, expected(text));
        assert.equal(ends.at(-1)?.offset, bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  it("can stop behind any slice and go on there, with nothing missing and nothing twice", async () => {
    await fc.assert(
      fc.asyncProperty(
        texts,
        cuts(1500),
        cuts(1500),
        fc.integer({ min: 1, max: 8 }),
        async (text, first, second, slices) => {
          const bytes = Buffer.from(text);
          const before = await fill(bytes, { places: first, slices });
          const start = before.ends.at(-1);
          assert.ok(start);
          const after = await fill(bytes, { places: second, start });
          assert.deepEqual([...before.seen, ...after.seen], expected(text));
          const whole = await fill(bytes, {});
          assert.equal(before.read + after.read, whole.read);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keeps its position over a line that is too long", async () => {
    const long = `{"event":"${"x".repeat(1_500_000)}"}`;
    const text = `{"event":"a","properties":{"time":1}}\n${long}\n\n{"event":"b","properties":{"time":1}}`;
    const bytes = Buffer.from(text);
    for (const places of [[], [100_000], [500_000, 1_200_000], [bytes.length - 40]]) {
      const { seen, ends } = await fill(bytes, { places });
      assert.deepEqual(
        seen.map((record) => record.slice(0, 14)),
        ['1:{"event":"a"', '2:{"event":"xx', '4:{"event":"b"'],
      );
      assert.equal(ends.at(-1)?.offset, bytes.length);
    }
  });

  it("finds bytes that are not UTF-8 in their own line only", async () => {
    const good = '{"event":"é","properties":{"time":1}}\n';
    const bytes = Buffer.concat([
      Buffer.from(good),
      Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
      Buffer.from(good),
    ]);
    const { seen, read } = await fill(bytes, {});
    assert.deepEqual([seen.length, read], [3, 3]);
    assert.deepEqual(
      seen.map((record) => record.startsWith("2:{\ufffd")),
      [false, true, false],
    );
  });
});
