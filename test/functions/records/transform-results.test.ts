import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { RETURNED_NOTHING, TRANSFORM_ERRORS } from "../../../functions/event/transform-errors.ts";
import { resultsOf } from "../../../functions/records/transform-results.ts";

const EVENT = { event: "e" };

/** An array of one event and a hole in front of it. */
function sparse(length: number): readonly unknown[] {
  const list: unknown[] = [];
  list[length - 1] = EVENT;
  return list;
}

describe("what a transform returned", () => {
  it("is one record, several, or none", () => {
    assert.deepEqual(resultsOf(EVENT), [EVENT]);
    assert.deepEqual(resultsOf([EVENT, {}]), [EVENT, {}]);
    assert.deepEqual([resultsOf(null), resultsOf([])], [[], []]);
  });

  for (const [name, returned, error] of [
    ["nothing", undefined, RETURNED_NOTHING],
    ["a text", "text", "the transform returned a string"],
    ["a number", 5, "the transform returned a number"],
    ["a boolean", false, "the transform returned a boolean"],
    ["a bigint", 5n, "the transform returned a bigint"],
    ["a symbol", Symbol("s"), "the transform returned a symbol"],
    ["a function", () => EVENT, "the transform returned a function"],
    ["null among others", [EVENT, null], "the transform returned an array with null in it"],
    ["an array in it", [[EVENT]], "the transform returned an array with an array in it"],
    ["a text in it", [EVENT, "x"], "the transform returned an array with a string in it"],
    ["a hole", sparse(2), "the transform returned an array with undefined in it"],
    ["a hole of ages", sparse(2 ** 32 - 1), "the transform returned an array with undefined in it"],
    ["a promise", Promise.resolve(EVENT), "a transform has to be synchronous"],
  ] as const)
    it(`is refused when it is ${name}, in our own words`, () => {
      assert.throws(() => resultsOf(returned), new TypeError(error));
      assert.ok(TRANSFORM_ERRORS.has(error));
    });
});
