import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { compileFunction } from "node:vm";

import { loadTransform, REPOSITORY } from "../../check/load-transform.ts";
import { createWatchdog, runWatched, type Watchdog } from "../../check/watchdog.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { IN_MESSAGE } from "../functions/transforms/contexts.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Shorter than the product's: each of these tests keeps a processor busy for as long. */
const LIMIT_SECONDS = 2;
const NEVER_LOADED = { file: "/absent/transform.ts", repository: REPOSITORY };

async function written(
  t: TestContext,
  code: string,
): Promise<{ readonly file: string; readonly watchdog: Watchdog }> {
  const file = path.join(await temporaryFolder(t), "transform.ts");
  await writeFile(path.join(path.dirname(file), "helper.ts"), "\nexport const f = () => {};\n");
  await writeFile(file, code);
  return { file, watchdog: createWatchdog({ file, repository: REPOSITORY }, LIMIT_SECONDS) };
}

const named = (item: number): string => `a.ndjson line ${item}`;

test("every item has its turn, in order", () => {
  const seen: number[] = [];

  runWatched(createWatchdog(NEVER_LOADED), [1, 2, 3], (item) => void seen.push(item), named);

  assert.deepEqual(seen, [1, 2, 3]);
});

const ENDLESS = [
  ["a loop", "\n  while (record.n === 2)\n    Math.sqrt(2);\n  return record;", 3],
  [
    "a regular expression",
    '\n\n  if (record.n === 2) /^(a+)+$/.test("a".repeat(99) + "b");\n  return record;',
    3,
  ],
  [
    "a function of JavaScript's own",
    "\n  if (record.n === 2) for (;;)\n    [3, 1].sort();\n  return record;",
    3,
  ],
] as const;

for (const [what, body, line] of ENDLESS)
  test(`${what} that does not end is ended, and named with file and line`, async (t) => {
    const code = `export const transform = (record: any) => {${body}\n};`;
    const { file, watchdog } = await written(t, code);
    const transform = await loadTransform(file, watchdog);
    const seen: number[] = [];

    assert.throws(
      () => {
        runWatched(
          watchdog,
          [1, 2, 3],
          (n) => {
            transform({ n }, IN_MESSAGE);
            seen.push(n);
          },
          named,
        );
      },
      (error) => {
        assert.ok(error instanceof UserError);
        const [where, place = ""] = error.message.split(", at ");
        assert.equal(where, "a.ndjson line 2: the transform is still running after 2 s");
        // The loop itself, or the line within it.
        assert.ok(
          [line, line - 1].some((number) => place === `${file}:${number}.`),
          place,
        );
        return true;
      },
    );
    assert.deepEqual(seen, [1]);
  });

test("a loop at the top level of a file that is imported is ended, and named", async (t) => {
  const { file, watchdog } = await written(
    t,
    'import "./helper.ts";\nexport { f as transform } from "./helper.ts";',
  );
  const helper = path.join(path.dirname(file), "helper.ts");
  await writeFile(
    helper,
    "let n = 0;\n\nwhile (n < 1) Math.sqrt(n);\nexport const f = () => null;",
  );

  await assert.rejects(
    loadTransform(file, watchdog),
    new UserError(
      `${file}, while it is loaded: the transform is still running after 2 s, at ${helper}:3.`,
    ),
  );
});

test("where the place cannot be found, the transform's file is named", () => {
  // Without a source map nobody knows where it was written.
  const work = compileFunction("for (;;);") as () => void;
  assert.throws(() => {
    createWatchdog(NEVER_LOADED, LIMIT_SECONDS).run(work, () => "x");
  }, new UserError("x: the transform is still running after 2 s, at /absent/transform.ts."));
});

test("what a step throws is thrown as it is", () => {
  const error = new Error("mine");
  const step = (): void => {
    throw error;
  };

  assert.throws(
    () => {
      runWatched(createWatchdog(NEVER_LOADED), [1], step, named);
    },
    (thrown) => thrown === error,
  );
});
