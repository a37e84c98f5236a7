import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { createWorkFolder } from "../../../local/run/work-folder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Larger than any process id of Linux (2^22). */
const NO_PROCESS = 5_000_000;

test("the latest ten runs are kept, and those that are still running", async (t) => {
  const root = await temporaryFolder(t);
  const running = `2020-01-01T00-00-00-000Z-${process.pid}`;
  const ended = Array.from(
    { length: 12 },
    (_, index) => `2021-01-01T00-00-${10 + index}-000Z-${NO_PROCESS}`,
  );
  await Promise.all([running, ...ended, "mine"].map((name) => mkdir(path.join(root, name))));

  const folder = await createWorkFolder(root);

  assert.deepEqual(
    new Set(await readdir(root)),
    new Set([running, ...ended.slice(3), "mine", path.basename(folder)]),
  );
});
