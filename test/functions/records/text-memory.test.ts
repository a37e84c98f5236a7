import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { createTextEncoder } from "../../../functions/records/text-memory.ts";

describe("memory for texts", () => {
  it("encodes as Buffer.from does, and leaves earlier pieces alone", () => {
    const texts = fc.array(fc.string({ unit: "binary", maxLength: 50_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(texts, (parts) => {
        const encode = createTextEncoder();
        const pieces = parts.map((text) => encode(text));
        assert.deepEqual(
          pieces.map((piece) => piece.toString("hex")),
          parts.map((text) => Buffer.from(text).toString("hex")),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("gives a text that would fill a slab memory of its own", () => {
    const encode = createTextEncoder();
    const text = "é".repeat(300_000);
    assert.equal(encode(text).toString(), text);
  });
});
