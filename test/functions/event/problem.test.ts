import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { isOwnError, type Reason } from "../../../functions/event/problem.ts";
import { RETURNED_NOTHING } from "../../../functions/event/transform-errors.ts";

describe("an error of our own", () => {
  for (const [reason, error, isOwn] of [
    ["malformed", "not valid JSON", true],
    ["invalid", "missing", true],
    ["too-large", "larger than 1 MB", true],
    ["quarantined", "most of it is unusable", true],
    ["unreadable", "UTF-16", true],
    ["transform-failed", RETURNED_NOTHING, true],
    ["transform-failed", "the transform returned a string", true],
    ["transform-failed", "the transform returned jane@example.com", false],
    ["transform-failed", "user 5 is unknown", false],
    ["rejected", "some data points in the request failed validation", false],
  ] satisfies readonly [Reason, string, boolean][])
    it(`${isOwn ? "is" : "is not"} ${reason}: ${error}`, () => {
      assert.equal(isOwnError({ reason, field: "", error }), isOwn);
    });
});
