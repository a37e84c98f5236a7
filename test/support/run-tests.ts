import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { glob } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

import { LOADER } from "../../local/run/loader.ts";

/**
 * The test command (CONTRIBUTING.md): builds the functions and runs every
 * `test/<folder>/*.test.ts`, or only the files whose path holds one of the words given, each in a
 * process of its own, and closes with one line of counts. Flags are for the tests (`npm test --
 * golden --update`). A skipped test says why; nothing is left out silently.
 */
const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const flags = process.argv.slice(2).filter((word) => word.startsWith("--"));
const files: string[] = [];
for await (const file of glob("test/*/**/*.test.ts")) {
  if (words.length === 0 || words.some((word) => file.includes(word))) files.push(file);
}
// What takes longest comes first, so that nothing long is left for one processor alone at the end.
const LONGEST = ["docs/shell", "infra/component-package", "end-to-end/", "cli/", "deployment/"];
const rankOf = (file: string): number => {
  const rank = LONGEST.findIndex((part) => file.includes(`test/${part}`));
  return rank === -1 ? LONGEST.length : rank;
};
files.sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
if (files.length === 0) {
  process.stderr.write(
    `No test file's path holds ${words.map((word) => `"${word}"`).join(" or ")}.\n`,
  );
  process.exit(1);
}
// What Node compiled once, later processes take from here: tests, and commands that tests start.
const cache = mkdtempSync(path.join(os.tmpdir(), "mixpanel-gcp-compiled-"));
process.env["NODE_COMPILE_CACHE"] = cache;
process.once("exit", () => {
  rmSync(cache, { recursive: true, force: true });
});
for (const script of ["build", "build:tested"]) {
  const { status } = spawnSync("npm", ["run", "--silent", script], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** What `test:summary` counts; `failed` is missing in the typings of `@types/node`. */
interface Counts {
  readonly passed: number;
  readonly tests: number;
  readonly skipped: number;
  readonly todo: number;
}

/** Files at once: for half of their time tests wait for a timeout or a process. */
const CONCURRENCY = 3;
/** What a file may take: one that waits for ever fails, and the others are run all the same. */
const FILE_TIMEOUT_MS = 600_000;
const totals = { passed: 0, failed: 0, skipped: 0 };
const events = run({
  ...{ files, concurrency: CONCURRENCY, timeout: FILE_TIMEOUT_MS },
  ...{ execArgv: [...LOADER], argv: flags },
});
events.on("test:summary", ({ file, counts }: { file?: string | undefined; counts: Counts }) => {
  // The summary of all files names none.
  if (file !== undefined) return;
  totals.passed = counts.passed;
  totals.skipped = counts.skipped + counts.todo;
  totals.failed = counts.tests - counts.passed - counts.skipped - counts.todo;
});
events.on("end", () => {
  setImmediate(() => {
    const { passed, failed, skipped } = totals;
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  });
});
events.pipe(new spec()).pipe(process.stdout);
