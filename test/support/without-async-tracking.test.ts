import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "./temporary-folder.ts";

const PRELOAD = fileURLToPath(new URL("without-async-tracking.cjs", import.meta.url));

const UNCAUGHT = [
  { what: "a rejection", code: 'void Promise.reject(new Error("planted"));' },
  { what: "a throw in a timer", code: 'setTimeout(() => { throw new Error("planted"); });' },
];

for (const { what, code } of UNCAUGHT)
  test(`${what} that nobody catches fails the file at once, though its test never ends`, async (t) => {
    const file = path.join(await temporaryFolder(t), "planted.test.mjs");
    await writeFile(
      file,
      `import { createServer } from "node:http";
      import { test } from "node:test";
      test("waits", async () => {
        createServer().listen(0, "127.0.0.1");
        ${code}
        await new Promise(() => undefined);
      });`,
    );
    // A test runner within a test runner would otherwise report to that.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;

    const { status, stderr } = spawnSync(process.execPath, ["--require", PRELOAD, file], {
      encoding: "utf8",
      env,
    });

    assert.equal(status, 1);
    assert.match(stderr, /^Nobody caught this error, .*\nError: planted\n/);
  });

test("hooks of tests are real", async () => {
  const made: string[] = [];
  const hook = createHook({ init: (_id, type) => made.push(type) }).enable();
  await Promise.resolve();
  hook.disable();
  assert.ok(made.includes("PROMISE"));
});
