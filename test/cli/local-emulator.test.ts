import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

import { events, ndjson } from "../support/factories.ts";
import { useLocalCommand } from "../support/local-command.ts";
import { GOOGLES_EMULATOR } from "../support/pubsub-emulator.ts";
import { until } from "../support/until.ts";

const { checkout, put, runJson } = useLocalCommand();
const runProgram = promisify(execFile);

test(
  "--pubsub-emulator does the same on Google's emulator",
  { skip: GOOGLES_EMULATOR.skip },
  async () => {
    const file = await put("twelve.ndjson", `${ndjson(events(12))}no JSON\n`);

    const { code, stderr, summary } = await runJson([
      ...["--pubsub-emulator", file, "--messages", file],
    ]);

    assert.equal(code, 0, stderr);
    assert.equal(summary.objects[0]?.events.imported, 12);
    assert.equal(summary.messages.published, 13);
    assert.equal(summary.messages.acknowledged, 13);
    assert.equal(summary.mixpanel.distinctEvents, 12);
    assert.deepEqual(summary.deadLetters.byReason, { malformed: 2 });
    assert.match(stderr, /malformed, not valid JSON.*\n +e\.g\. twelve\.ndjson line 13\n/);
  },
);

for (const signal of ["SIGINT", "SIGKILL"] as const)
  test(
    `after ${signal} Google's emulator is gone too`,
    { skip: GOOGLES_EMULATOR.skip, timeout: 60_000 },
    async () => {
      const file = await put("emulated.ndjson", ndjson(events(2)));
      const command = checkout().start(["local", "--pubsub-emulator", "--keep", file]);
      const [, port = ""] = await command.printed(/PUBSUB_EMULATOR_HOST=127\.0\.0\.1:(\d+)\n/);
      const before = await fetch(`http://127.0.0.1:${port}/`);

      command.kill(signal);
      const { code } = await command.ended;

      assert.equal(before.status, 200);
      assert.equal(code, signal === "SIGINT" ? 0 : -1);
      await connectionRefused(Number(port));
    },
  );

test(
  "a run whose emulator is killed ends with what happened, and leaves nothing running",
  { skip: GOOGLES_EMULATOR.skip, timeout: 60_000 },
  async () => {
    const file = await put("cut-short.ndjson", ndjson(events(20_000)));
    const command = checkout().start(["local", "--pubsub-emulator", "--messages", file]);
    const emulator = await childNamed(command.pid, "cloud-pubsub-emulator");

    process.kill(emulator, "SIGKILL");
    const { code, stderr } = await command.ended;

    assert.equal(code, 1);
    assert.match(stderr, /Google's (Pub\/Sub emulator does not respond|emulator ended)/);
    assert.doesNotMatch(stderr, /bug|^\s+at /m);
    assert.deepEqual(await checkout().processes(), []);
  },
);

/**
 * Id of a process below `ancestor` that runs that program, as soon as there is one (Linux only).
 */
async function childNamed(ancestor: number, name: string): Promise<number> {
  let found: number | undefined;
  await until(async () => {
    found = findChild((await runProgram("ps", ["-e", "-o", "pid=,ppid=,args="])).stdout);
    return found !== undefined;
  }, `a process ${name}`);
  return found ?? NaN;

  function findChild(processes: string): number | undefined {
    const rows = [...processes.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)];
    const shells = rows.filter(([, , ppid]) => Number(ppid) === ancestor).map(([, pid]) => pid);
    const child = rows.find(
      ([, , ppid = "", args = ""]) =>
        shells.includes(ppid) && args.startsWith("java") && args.includes(name),
    );
    return child && Number(child[1]);
  }
}

/** Resolves as soon as nobody listens there. */
async function connectionRefused(port: number): Promise<void> {
  const isListening = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
  await until(async () => !(await isListening()), `nobody at port ${port}`);
}
