import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Dictionary } from "../../../../functions/formats/parquet/dictionary.ts";
import type { SchemaElement } from "../../../../functions/formats/parquet/schema.ts";
import { CorruptDataError } from "../../../../functions/reading/corrupt-data.ts";

const INT32: SchemaElement = {
  name: "a",
  type: "INT32",
  length: 0,
  repetition: "required",
  children: 0,
  meaning: undefined,
};

describe("a dictionary", () => {
  const bytes = Buffer.from(Int32Array.of(7, 8, 9).buffer);

  it("keeps the JSON of as many values as it may, and gives all of them", () => {
    const dictionary = new Dictionary(INT32, bytes, { count: 3, maxKeptValues: 2 });
    const made: number[] = [];
    const toJson = (from: Buffer, start: number): string => {
      made.push(from.readInt32LE(start));
      return String(made.at(-1));
    };
    const given = [0, 1, 2, 0, 1, 2].map((place) => dictionary.json(place, toJson));
    assert.deepEqual(given, ["7", "8", "9", "7", "8", "9"]);
    assert.deepEqual(made, [7, 8, 9, 9]);
    assert.throws(() => dictionary.json(3, toJson), CorruptDataError);
  });
});
