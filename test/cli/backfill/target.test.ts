import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { parseTarget } from "../../../cli/backfill/target.ts";
import { UserError } from "../../../functions/platform/user-error.ts";

describe("what is meant by a target", () => {
  const table = [
    ["gs://b", "", ["a", "b/c"], []],
    ["gs://b/", "", ["a", ".hidden", "line\nbreak"], []],
    ["gs://b/2026-1", "2026-1", ["2026-1", "2026-11/a"], []],
    ["gs://b/a#1%20+(x)!", "a#1%20+(x)!", ["a#1%20+(x)!"], []],
    ["gs://b/!a", "!a", ["!a"], []],
    ["gs://b/2026-*/*.json", "2026-", ["2026-1/a.json", "2026-1/.json"], ["2026-1/x/a.json"]],
    ["gs://b/**/*.json", "", ["a.json", "x/y/a.json", ".x/a.json", "l\nb/a.json"], ["a.jsonl"]],
    ["gs://b/a?.json", "a", ["a1.json"], ["a.json", "a12.json"]],
    ["gs://b/{x,y}/a", "", ["x/a", "y/a"], ["z/a"]],
    ["gs://b/a\\?.json", "a?.json", ["a?.json"], ["a1.json"]],
    ["gs://b/a[1-2]", "a", ["a1", "a2"], ["a3", "a[1-2"]],
    ["gs://b/!*.json", "", ["!x.json"], ["x.json"]],
  ] as const;
  for (const [given, prefix, matching, others] of table)
    test(given, () => {
      const target = parseTarget(given);
      assert.deepEqual([target.bucket, target.prefix], ["b", prefix]);
      for (const name of matching) assert.ok(target.matches(name), name);
      for (const name of others) assert.ok(!target.matches(name), name);
    });
});

test("what is no bucket is refused", () => {
  for (const given of ["history/", "gs://", "gs:///a", "gs://*/a", "s3://b/a", ""])
    assert.throws(
      () => parseTarget(given),
      (error) => error instanceof UserError && error.exitCode === 2,
    );
});
