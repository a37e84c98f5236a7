import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { ZERO_COUNTERS } from "../../../functions/records/counters.ts";
import { createWatermark } from "../../../functions/objects/watermark.ts";

/** `n` slices, slice i from byte 10·i on and with i+1 records. */
function countersOf(index: number) {
  return {
    ...ZERO_COUNTERS,
    records: { ...ZERO_COUNTERS.records, read: index + 1, used: index + 1 },
  };
}

const START = { offset: 100, line: 5 };

describe("the settled watermark", () => {
  it("is where everything before is settled, in whatever order that happens", () => {
    const orders = fc.integer({ min: 0, max: 12 }).chain((count) =>
      fc
        .shuffledSubarray(
          Array.from({ length: count }, (_, index) => index),
          { minLength: 0 },
        )
        .map((order) => ({ count, order })),
    );
    fc.assert(
      fc.property(orders, ({ count, order }) => {
        const watermark = createWatermark(START);
        const settle = Array.from({ length: count }, (_, index) =>
          watermark.open({ offset: 100 + 10 * (index + 1), line: 5 + index + 1 }),
        );
        const done = new Set<number>();
        for (const index of order) {
          settle[index]?.(countersOf(index), null);
          done.add(index);
          let settled = 0;
          while (done.has(settled)) settled++;
          const { position, counters } = watermark.current();
          assert.deepEqual(position, { offset: 100 + 10 * settled, line: 5 + settled });
          assert.equal(counters.records.read, (settled * (settled + 1)) / 2);
        }
      }),
    );
  });

  it("names the first error in the object's order, not the first that was found", () => {
    const watermark = createWatermark(START);
    const [first, second, third] = [1, 2, 3].map((index) =>
      watermark.open({ offset: index, line: index }),
    );
    const error = (line: number) => ({ reason: "invalid" as const, field: "", line });
    third?.(ZERO_COUNTERS, error(3));
    second?.(ZERO_COUNTERS, error(2));
    assert.equal(watermark.current().firstError, null);
    first?.(ZERO_COUNTERS, null);
    assert.deepEqual(watermark.current().firstError, error(2));
  });

  it("is the start as long as nothing is settled", () => {
    assert.deepEqual(createWatermark(START).current(), {
      position: START,
      counters: ZERO_COUNTERS,
      firstError: null,
    });
  });
});
