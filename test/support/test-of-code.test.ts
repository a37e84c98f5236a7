import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "./temporary-folder.ts";

const PRELOAD = fileURLToPath(new URL("test-of-code.cjs", import.meta.url));

/** Tests within others, and errors that nobody catches, in each way code comes back later. */
const PLANTED = `
import { before, describe, it, test } from "node:test";
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
describe("outer", () => {
  before(() => later(1));
  it("passes", async () => later(1));
  describe("inner", { concurrency: true }, () => {
    it("throws in a timer", async () => {
      setTimeout(() => { throw new Error("timer"); }, 5);
      await later(50);
    });
    it("goes on beside it", async (t) => {
      await later(1);
      await t.test("and within", () => later(20));
      await test("and by the import", () => later(1));
    });
    it("is skipped", { skip: "why" }, () => {});
  });
});
test("rejects", async () => {
  void later(1).then(() => { throw new Error("rejection"); });
  await later(50);
});
test("is the last", async (t) => {
  t.after(() => { throw new Error("hook"); });
});
`;

test("tests are where they were written, and errors that nobody catches are theirs", async (t) => {
  const file = path.join(await temporaryFolder(t), "planted.test.mjs");
  await writeFile(file, PLANTED);
  // A test runner within a test runner would otherwise report to that.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;

  const { stdout } = spawnSync(
    process.execPath,
    ["--require", PRELOAD, "--test-reporter=tap", file],
    { encoding: "utf8", env },
  );

  const told = stdout.split("\n").filter((line) => /^ *(?:(?:not )?ok|error:) /.test(line));
  assert.deepEqual(told, [
    "    ok 1 - passes",
    "        not ok 1 - throws in a timer",
    "          error: 'timer'",
    "            ok 1 - and within",
    "            ok 2 - and by the import",
    "        ok 2 - goes on beside it",
    "        ok 3 - is skipped # SKIP why",
    "    not ok 2 - inner",
    "      error: '1 subtest failed'",
    "not ok 1 - outer",
    "  error: '1 subtest failed'",
    "not ok 2 - rejects",
    "  error: 'rejection'",
    "not ok 3 - is the last",
    "  error: 'hook'",
  ]);
});
