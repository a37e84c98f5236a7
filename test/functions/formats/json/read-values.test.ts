import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Position } from "../../../../functions/event/record.ts";
import { UnclosedContentsError } from "../../../../functions/formats/damage.ts";
import { readValues } from "../../../../functions/formats/json/read-values.ts";
import { isUnusable } from "../../../../functions/formats/record-block.ts";
import { chunksOf, piecesOf } from "../../support/chunks.ts";

const BEGINNING: Position = { offset: 0, line: 1 };

/** Reads `text` from `start` on: where its blocks end, and whether it is called cut off. */
async function read(text: string, start = BEGINNING, chunkBytes = Infinity) {
  const bytes = Buffer.from(text);
  const rest = bytes.subarray(start.offset);
  const ends: Position[] = [];
  const records: (Position & { readonly text: string })[] = [];
  let isCutOff = false;
  try {
    const chunks = chunksOf(piecesOf(rest, Math.min(chunkBytes, rest.length)));
    for await (const block of readValues(chunks, start, bytes[0] === 0x5b)) {
      ends.push(block.end);
      for (const record of block.records) {
        assert.ok(!isUnusable(record));
        const { offset, line, json } = record;
        const text = record.bytes.toString("utf8", record.start, record.end);
        records.push({ offset, line, json, text });
      }
    }
  } catch (error) {
    if (!(error instanceof UnclosedContentsError)) throw error;
    isCutOff = true;
  }
  return { ends, records, isCutOff };
}

const WHOLE: readonly (readonly [what: string, text: string])[] = [
  ["an array", '[\n{"a":1},\n{"b":2}\n]\n'],
  ["an empty array", "[]"],
  ["an array in an array", '[[{"a":1}],[]]'],
  ["an array, then lines", '[{"a":1}]\n{"b":2}\n'],
  ["an empty array, then lines", '[]\n{"b":2}\n'],
  ["arrays with a comma behind each", '[{"a":1}],\n[{"b":2}],\n'],
  ["a statement of a program", '[{"a":1}];\n'],
  ["a mark of the end, of old", '[{"a":1}]\n\x1a'],
  ["a bracket too many", '[{"a":1}]]\n{"b":2}\n'],
  ["values one after the other", '{"a":1}{"b":2} 3'],
];

const CUT_OFF: readonly (readonly [what: string, text: string])[] = [
  ["an array", '[{"a":1},'],
  ["an array in an array", '[[{"a":1}],[{"b":2}]'],
  ["the second of two arrays", '[{"a":1}]\n[{"b":2}\n'],
  ["an array behind a value", '{"a":1}\n[{"b":2}'],
  ["an object", '{"a":1}\n{"b":[1,{"c":2}'],
  ["a string", '{"a":1} "bc'],
  ["an element", '[{"a":1},{"b"'],
];

describe("reading JSON to its end", () => {
  for (const [isCutOff, cases] of [[false, WHOLE] as const, [true, CUT_OFF] as const])
    for (const [what, text] of cases)
      it(`says whether it is cut off, wherever reading begins: ${what}, ${isCutOff}`, async () => {
        for (let chunkBytes = 1; chunkBytes <= text.length; chunkBytes++) {
          const { ends, ...whole } = await read(text, BEGINNING, chunkBytes);
          assert.equal(whole.isCutOff, isCutOff);
          for (const end of ends) {
            const rest = await read(text, end);
            assert.equal(rest.isCutOff, isCutOff, `from ${JSON.stringify(end)} on`);
          }
        }
      });

  it("makes one broken value cost only itself, wherever reading begins", async () => {
    const values = Array.from(
      { length: 4 },
      (_, n) => `  {\n    "n": {\n      "m": ${n}\n    }\n  }`,
    );
    for (const victim of [0, 1, 2, 3]) {
      const broken = `  {\n    "n": {\n      "m": ${victim}`;
      const text = `[\n${values.with(victim, broken).join(",\n")}\n]\n`;
      const whole = await read(text);
      assert.equal(whole.records.length, 4);
      const chunked = await read(text, BEGINNING, 1);
      assert.deepEqual(chunked.records, whole.records);
      for (const from of [...chunked.ends, ...whole.records]) {
        const rest = await read(text, from);
        const expected = whole.records.filter(({ offset }) => offset >= from.offset);
        assert.deepEqual(rest.records, expected, `from ${JSON.stringify(from)} on`);
      }
    }
  });

  it("calls nothing cut off for a place of which no more is known than where it is", async () => {
    const text = '[{"a":1},{"b":2}]\n';
    for (const offset of [1, 9, text.length - 1, text.length])
      assert.equal((await read(text, { offset, line: 1 })).isCutOff, false, `from ${offset} on`);
    assert.equal((await read(text.slice(0, -2), { offset: 9, line: 1 })).isCutOff, true);
  });
});
