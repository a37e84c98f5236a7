import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { isOutOfReach, type SkipProgress } from "../../../functions/reading/skip-limit.ts";

/** Half of the budget is over, and a quarter of the way is done: a whole budget gets halfway. */
const TOO_FAR: SkipProgress = {
  toSkip: 4000,
  skipped: 1000,
  elapsedMs: 120_000,
  waitedMs: 10_000,
  cpuMs: 115_000,
  wasHindered: false,
  budgetMs: 240_000,
};

describe("a place in a member", () => {
  it("is out of reach when no run gets there, and not before that is measured", () => {
    const cases: readonly (readonly [string, Partial<SkipProgress>, boolean])[] = [
      ["too far", {}, true],
      ["at the end of the budget", { elapsedMs: 240_000, skipped: 2000, cpuMs: 230_000 }, true],
      ["a range was asked for twice", { wasHindered: true }, false],
      ["the bucket is slow", { waitedMs: 61_000 }, false],
      ["the bucket is so slow that nothing came", { skipped: 0, waitedMs: 120_000 }, false],
      ["the machine is busy", { cpuMs: 50_000 }, false],
      ["several threads share the work", { cpuMs: 300_000, waitedMs: 0 }, true],
      ["several threads get there", { cpuMs: 300_000, waitedMs: 0, skipped: 2100 }, false],
      ["a whole budget gets there", { skipped: 2000 }, false],
      ["just not", { skipped: 1900, cpuMs: 120_000, waitedMs: 0 }, true],
      ["too early to tell", { elapsedMs: 119_000, skipped: 1 }, false],
      ["nothing is there yet", { skipped: 0, waitedMs: 0 }, false],
    ];
    for (const [name, progress, expected] of cases)
      assert.equal(isOutOfReach({ ...TOO_FAR, ...progress }), expected, name);
  });
});
