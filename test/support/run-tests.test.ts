import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

function runNode(...args: readonly string[]) {
  // A test runner within a test runner would otherwise run nothing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = { cwd: REPOSITORY, encoding: "utf8", env } as const;
  return spawnSync(process.execPath, ["--import", "tsx", ...args], options);
}

test("a word that no test's path holds is told: exit 1", () => {
  const { status, stderr } = runNode("test/support/run-tests.ts", "nosuchword");

  assert.equal(status, 1);
  assert.equal(stderr, 'No test file\'s path holds "nosuchword".\n');
});

test("--help of the test command runs no test", () => {
  const { status, stdout } = runNode("test/support/run-tests.ts", "--help");

  assert.equal(status, 0);
  assert.match(stdout, /^npm test {2,}every test\n/);
});

test("--help of golden:update writes nothing", () => {
  const { stdout } = runNode("test/golden/golden.test.ts", "--update", "--help");

  assert.match(stdout, /Now nothing is written/);
});
