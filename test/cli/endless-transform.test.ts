import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { before, describe, test } from "node:test";

import { changeConstant } from "../support/changed-constant.ts";
import { events, ndjson } from "../support/factories.ts";
import { useLocalCommand } from "../support/local-command.ts";
import { until } from "../support/until.ts";

/** Shorter than the product's: each of these tests keeps a processor busy for as long. */
const LIMIT_SECONDS = 3;

const setLimit = (folder: string, values: { readonly from: number; readonly to: number }) =>
  changeConstant(folder, { file: "check/watchdog.ts", name: "LIMIT_SECONDS", ...values });

const { checkout, put, runJson } = useLocalCommand((folder) =>
  setLimit(folder, { from: 5, to: LIMIT_SECONDS }),
);

const IN_A_RECORD = `export const transform = (record: any) => {
  while (record.event === "Endless") Math.sqrt(2);
  return { ...record };
};
`;
const AT_ITS_TOP_LEVEL = `let n = 0;
while (n < 1) Math.sqrt(n);
export const transform = (record: any) => record;
`;

const tellsAndNeverReturns = (file: string): string => `import { writeFileSync } from "node:fs";
export const transform = () => {
  writeFileSync(${JSON.stringify(file)}, "");
  for (;;);
};
`;

/** Five events, the fourth of which the transform does not return from. */
const someEvents = (): string =>
  ndjson(events(5).map((event, index) => (index === 3 ? { ...event, event: "Endless" } : event)));

for (const [what, args] of [
  ["of a file", []],
  ["that is a message", ["--messages"]],
] as const)
  test(`local: a record ${what} whose transform does not return ends the run, named with file and line`, async () => {
    const file = await put("five.ndjson", someEvents());
    const transform = await put("endless.ts", IN_A_RECORD);

    const { code, summary } = await runJson([
      ...["--no-typecheck", "--transform", transform, ...args, file],
    ]);

    assert.equal(code, 1);
    assert.deepEqual(summary.problems, [
      `five.ndjson line 4: the transform is still running after ${LIMIT_SECONDS} s, at endless.ts:2.`,
    ]);
    assert.deepEqual(await checkout().processes(), []);
  });

for (const command of ["check", "local"] as const)
  test(`${command}: a top level that does not end is named with its line`, async () => {
    const file = await put("five.ndjson", someEvents());
    const transform = await put("endless.ts", AT_ITS_TOP_LEVEL);

    const { code, stderr } = await checkout().run([command, "--transform", transform, file]);

    assert.equal(code, 1);
    assert.equal(
      stderr,
      `endless.ts, while it is loaded: the transform is still running after ${LIMIT_SECONDS} s, at endless.ts:2.\n`,
    );
  });

/**
 * check runs the transform itself, where nothing but Ctrl-C gets through before the limit
 * (check/watchdog.ts); a local run has it in a function, and is ended by anything.
 */
const ENDED_BY = [
  ["check", "SIGINT"],
  ["local", "SIGHUP"],
] as const;

describe("a transform that does not return is ended, with nothing left running,", () => {
  // The signal has to come first, however slow this machine is.
  before(() => setLimit(checkout().folder, { from: LIMIT_SECONDS, to: 60 }));

  for (const [command, signal] of ENDED_BY)
    test(`of ${command}, by ${signal}`, async () => {
      const file = await put("five.ndjson", someEvents());
      const called = path.join(checkout().folder, `called-by-${command}-${signal}`);
      const transform = await put("called.js", tellsAndNeverReturns(called));
      const started = checkout().start([command, "--transform", transform, file]);
      await until(() => existsSync(called), "a call of the transform", 120_000);

      started.kill(signal);
      const result = await started.ended;

      assert.equal(result.code, 130);
      assert.doesNotMatch(result.stderr, /bug|^\s+at /m);
      assert.deepEqual(await checkout().processes(), []);
    });
});
