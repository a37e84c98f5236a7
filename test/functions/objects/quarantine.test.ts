import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  countProblems,
  isToBeQuarantined,
  quarantineProblem,
} from "../../../functions/objects/quarantine.ts";
import type { Problem } from "../../../functions/event/problem.ts";

function dead(problem: Partial<Problem>) {
  const whole: Problem = { reason: "invalid", field: "", error: "", ...problem };
  return { problem: whole, bytes: Buffer.alloc(0), line: 1 };
}

const REST =
  "only the first 700 bytes were read; to import it all the same: replay, or backfill with " +
  "--again --quarantine off";

describe("the judgement on an object", () => {
  it("counts unusable and rejected records against those that were read", () => {
    for (const [unusable, rejected, percent, expected] of [
      [900, 0, 90, true],
      [899, 0, 90, false],
      [450, 450, 90, true],
      [0, 1000, 100, true],
      [999, 0, 100, false],
      [10, 0, 1, true],
      [1000, 0, 0, false],
    ] as const)
      assert.equal(
        isToBeQuarantined(
          { read: 1000, unusable, used: 1000 - unusable, produced: 1000 - unusable, rejected },
          percent,
        ),
        expected,
      );
  });

  it("counts a record of which several events were made by the share that is rejected", () => {
    for (const [used, produced, rejected, expected] of [
      [1000, 10_000, 1000, false],
      [1000, 10_000, 8999, false],
      [1000, 10_000, 9000, true],
      [100, 1000, 1000, false],
      [0, 0, 0, false],
    ] as const)
      assert.equal(
        isToBeQuarantined({ read: 1000, unusable: 0, used, produced, rejected }, 90),
        expected,
      );
  });

  it("names the three most frequent errors, whatever came first", () => {
    const kinds = ["a", "b", "b", "c", "c", "c", "d", "d", "d", "d"];
    const first = countProblems(
      new Map(),
      kinds.slice(0, 5).map((error) => dead({ error })),
    );
    const tally = countProblems(
      first,
      kinds.slice(5).map((error) => dead({ error })),
    );
    assert.deepEqual(quarantineProblem(tally, { offset: 700, unit: "bytes" }), {
      reason: "quarantined",
      field: "",
      error: `invalid d (4); invalid c (3); invalid b (2); ${REST}`,
    });
  });

  it("names the field an error is about", () => {
    const tally = countProblems(new Map(), [dead({ field: "properties.time", error: "missing" })]);
    assert.equal(
      quarantineProblem(tally, { offset: 700, unit: "bytes" }).error,
      `invalid properties.time missing (1); ${REST}`,
    );
  });
});
