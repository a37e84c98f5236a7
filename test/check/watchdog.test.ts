import assert from "node:assert/strict";
import { test } from "node:test";

import { runWatched } from "../../check/watchdog.ts";
import { UserError } from "../../functions/platform/user-error.ts";

test("every item has its turn, in order", () => {
  const seen: number[] = [];

  runWatched(
    [1, 2, 3],
    (item) => void seen.push(item),
    (item) => `item ${item}`,
  );

  assert.deepEqual(seen, [1, 2, 3]);
});

test("a step that does not return is ended, and named", () => {
  const seen: number[] = [];
  const run = (): void => {
    runWatched(
      [1, 2, 3],
      (item) => {
        while (item === 2);
        seen.push(item);
      },
      (item) => `a.ndjson, line ${item}`,
    );
  };

  assert.throws(run, (error) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.message, "a.ndjson, line 2: the transform is still running after 5 s.");
    return true;
  });
  assert.deepEqual(seen, [1]);
});

test("what a step throws is thrown as it is", () => {
  const error = new Error("mine");

  assert.throws(
    () => {
      runWatched(
        [1],
        () => {
          throw error;
        },
        String,
      );
    },
    (thrown) => thrown === error,
  );
});
