import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { changeConstant } from "../support/changed-constant.ts";
import { events, ndjson } from "../support/factories.ts";
import { useLocalCommand } from "../support/local-command.ts";
import { until } from "../support/until.ts";

/** Shorter than the product's: each of these tests keeps a processor busy for as long. */
const LIMIT_SECONDS = 2;

const { checkout, put, runJson } = useLocalCommand((folder) =>
  changeConstant(folder, {
    ...{ file: "check/watchdog.ts", name: "LIMIT_SECONDS" },
    ...{ from: 5, to: LIMIT_SECONDS },
  }),
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

    const { code, summary } = await runJson(["--transform", transform, ...args, file]);

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

for (const command of ["check", "local"] as const)
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    test(`${command}: ${signal} ends it while the transform does not return, with nothing left running`, async () => {
      const file = await put("five.ndjson", someEvents());
      const called = path.join(checkout().folder, `called-by-${signal}`);
      const transform = await put("called.js", tellsAndNeverReturns(called));
      const started = checkout().start([command, "--transform", transform, file]);
      if (command === "check") await started.printed(/TRANSFORM_SECRET is not set/);
      else await until(() => existsSync(called), "a call of the transform");

      started.kill(signal);
      const result = await started.ended;

      assert.equal(result.code, 130);
      assert.doesNotMatch(result.stderr, /bug|^\s+at /m);
      assert.deepEqual(await checkout().processes(), []);
    });
