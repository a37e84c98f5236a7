import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { createRangeMemory } from "../../../functions/reading/range-memory.ts";

const RANGE = 64;

describe("the memory of ranges", () => {
  it("is used again when nobody looks at it any more, and not before", () => {
    let released = 0;
    const memory = createRangeMemory(RANGE, () => released);
    const first = memory.take(0, RANGE);
    const second = memory.take(RANGE, RANGE);
    assert.notEqual(first, second);
    released = RANGE;
    assert.equal(memory.take(2 * RANGE, RANGE), first);
    assert.notEqual(memory.take(3 * RANGE, RANGE), second);
    released = 2 * RANGE;
    assert.equal(memory.take(4 * RANGE, RANGE), second);
  });

  it("is fresh for a range that is not whole", () => {
    const memory = createRangeMemory(RANGE, () => Infinity);
    const last = memory.take(0, 10);
    assert.equal(last.length, 10);
    assert.notEqual(memory.take(10, 10), last);
  });

  it("keeps a few buffers only, however much of the object is looked at", () => {
    let released = 0;
    const memory = createRangeMemory(RANGE, () => released);
    const takeMany = (from: number): readonly Buffer[] =>
      Array.from({ length: 100 }, (_, index) => memory.take((from + index) * RANGE, RANGE));
    const first = new Set(takeMany(0));
    released = 100 * RANGE;
    const again = takeMany(100).filter((bytes) => first.has(bytes));
    assert.ok(again.length <= 16, `${again.length} of 100 are kept`);
  });

  it("keeps nothing while it cannot be said what is released", () => {
    const memory = createRangeMemory(RANGE, () => undefined);
    const taken = Array.from({ length: 10 }, (_, index) => memory.take(index * RANGE, RANGE));
    assert.equal(new Set(taken).size, 10);
  });

  it("never gives out what is still looked at", () => {
    const step = fc.record({ release: fc.boolean(), retry: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        let released = 0;
        let offset = 0;
        const held: { bytes: Buffer; end: number }[] = [];
        const memory = createRangeMemory(RANGE, () => released);
        for (const { release, retry } of steps) {
          if (release) released = Math.min(offset, released + RANGE);
          const bytes = memory.take(offset, RANGE);
          const isHeld = held.some((other) => other.bytes === bytes && other.end > released);
          assert.equal(isHeld, false);
          held.push({ bytes, end: offset + RANGE });
          // An attempt that failed is followed by another one at the same place.
          if (!retry) offset += RANGE;
        }
      }),
    );
  });
});
