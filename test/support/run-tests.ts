import { glob } from "node:fs/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";

/**
 * The test command (README, "Test"): runs every `test/<folder>/*.test.ts`, or only the files whose path holds one
 * of the words given, each in a process of its own, and closes with one line of counts.
 * A skipped test says why; nothing is left out silently.
 */
const words = process.argv.slice(2);
const files: string[] = [];
for await (const file of glob("test/*/**/*.test.ts")) {
  if (words.length === 0 || words.some((word) => file.includes(word))) files.push(file);
}
files.sort();

const counts = { passed: 0, failed: 0, skipped: 0 };
const events = run({ files, concurrency: 2, execArgv: ["--import", "tsx"] });
events.on("test:summary", ({ file, counts: summary }) => {
  if (file !== undefined) return;
  counts.passed = summary.passed;
  counts.failed = summary.failed + summary.cancelled;
  counts.skipped = summary.skipped + summary.todo;
});
events.on("end", () => {
  setImmediate(() => {
    process.stdout.write(
      `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`,
    );
    const ranNothing = counts.passed + counts.failed === 0;
    process.exitCode = counts.failed > 0 || ranNothing ? 1 : 0;
  });
});
events.compose(new spec()).pipe(process.stdout);
