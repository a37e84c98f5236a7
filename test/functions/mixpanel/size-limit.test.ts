import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createSizeLimit, MIN_LIMIT_BYTES } from "../../../functions/mixpanel/size-limit.ts";

describe("the learned size limit", () => {
  it("is the one that is named, else half of what was refused", () => {
    for (const [refused, named, learned] of [
      [2_000_000, 1_500_000, 1_500_000],
      [2_000_000, undefined, 1_000_000],
      // What was refused was within the limit that is named: it says nothing.
      [2_000_000, 9_999_999, 1_000_000],
      [2_000_000, 100, MIN_LIMIT_BYTES],
      [1000, undefined, MIN_LIMIT_BYTES],
    ] as const) {
      const limit = createSizeLimit();
      assert.equal(limit.bytes(), Infinity);
      limit.refused(refused, named);
      assert.equal(limit.bytes(), learned);
    }
  });

  it("doubles after fifty requests without a refusal", () => {
    const limit = createSizeLimit();
    limit.refused(400_000, undefined);
    for (let request = 0; request < 49; request++) limit.passed();
    assert.equal(limit.bytes(), 200_000);
    limit.passed();
    assert.equal(limit.bytes(), 400_000);
  });

  it("does not grow by a refusal", () => {
    const limit = createSizeLimit();
    limit.refused(200_000, undefined);
    limit.refused(2_000_000, undefined);
    assert.equal(limit.bytes(), 100_000);
  });
});
