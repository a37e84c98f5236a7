import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import {
  findGoldenCases,
  readExpected,
  runGoldenCase,
  writeExpected,
} from "../../check/golden-cases.ts";
import { goldenDiff } from "../../check/golden-diff.ts";

/**
 * Every `NAME.in.ndjson` here and beside the recipes has to become its `NAME.out.ndjson`
 * (docs/transform.md). With `--update` what it becomes is written there instead.
 */
const FOLDERS = [".", "../../functions/transforms/recipes"];

const isUpdate = process.argv.includes("--update");
const cases = (
  await Promise.all(
    FOLDERS.map((folder) => findGoldenCases(fileURLToPath(new URL(folder, import.meta.url)))),
  )
).flat();

test("there are golden cases", () => {
  assert.notEqual(cases.length, 0);
});

for (const golden of cases)
  test(`${golden.name}: the transform makes of its input what is expected`, async () => {
    const actual = await runGoldenCase(golden);
    if (isUpdate) {
      await writeExpected(golden, actual);
      return;
    }
    const expected = await readExpected(golden);
    if (expected === undefined)
      assert.fail(`${golden.output} does not exist. Write it with: npm run golden:update`);
    const difference = goldenDiff(expected, actual);
    if (difference !== "")
      assert.fail(
        `- is expected, + is what ${golden.transform} makes:\n${difference}\n` +
          "If that is meant, accept it with: npm run golden:update",
      );
  });
