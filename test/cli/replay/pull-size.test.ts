import assert from "node:assert/strict";
import { test } from "node:test";

import { createPullSize } from "../../../cli/replay/pull-size.ts";

function sizesFor(bytes: number, pulls: number): number[] {
  const pullSize = createPullSize();
  return Array.from({ length: pulls }, () => {
    const size = pullSize.next();
    pullSize.received(Array.from({ length: size }, () => ({ data: Buffer.alloc(bytes) })));
    return size;
  });
}

test("a pull brings a megabyte, and of small letters 250", () => {
  assert.deepEqual(sizesFor(100, 5), [2, 8, 32, 128, 250]);
  assert.deepEqual(sizesFor(100_000, 4), [2, 8, 10, 10]);
  assert.deepEqual(sizesFor(7_000_000, 3), [2, 1, 1]);
});

test("after a response that was too large fewer are asked for, one at least", () => {
  const pullSize = createPullSize();
  pullSize.shrink();
  assert.equal(pullSize.next(), 1);
});
