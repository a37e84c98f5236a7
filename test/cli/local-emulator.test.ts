import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

import type { RunSummary } from "../../local/run/summary.ts";
import { events, ndjson } from "../support/factories.ts";
import type { RunningCommand } from "../support/checkout.ts";
import { useLocalCommand } from "../support/local-command.ts";
import { GOOGLES_EMULATOR } from "../support/pubsub-emulator.ts";
import { until } from "../support/until.ts";

const { checkout, put } = useLocalCommand();
const runProgram = promisify(execFile);

test(
  "--pubsub-emulator does the same on Google's emulator, and after SIGINT that is gone too",
  { skip: GOOGLES_EMULATOR.skip },
  async () => {
    const file = await put("twelve.ndjson", `${ndjson(events(12))}no JSON\n`);
    const args = ["--json", "--pubsub-emulator", "--keep", file, "--messages", file];
    const command = checkout().start(["local", ...args]);
    const port = await emulatorPort(command);

    command.kill("SIGINT");
    const { code, stdout, stderr } = await command.ended;

    assert.equal(code, 0, stderr);
    const summary = JSON.parse(stdout) as RunSummary;
    assert.equal(summary.objects[0]?.events.imported, 12);
    assert.equal(summary.messages.published, 13);
    assert.equal(summary.messages.acknowledged, 13);
    assert.equal(summary.mixpanel.distinctEvents, 12);
    assert.deepEqual(summary.deadLetters.byReason, { malformed: 2 });
    assert.match(stderr, /malformed, not valid JSON.*\n +e\.g\. twelve\.ndjson line 13\n/);
    await connectionRefused(port);
  },
);

test(
  "after SIGKILL Google's emulator is gone too",
  { skip: GOOGLES_EMULATOR.skip, timeout: 60_000 },
  async () => {
    const file = await put("emulated.ndjson", ndjson(events(2)));
    const command = checkout().start(["local", "--pubsub-emulator", "--keep", file]);
    const port = await emulatorPort(command);

    command.kill("SIGKILL");
    await command.ended;

    await connectionRefused(port);
  },
);

/** Its port, as soon as what was given is imported: it listens there. */
async function emulatorPort(command: RunningCommand): Promise<number> {
  const [, port = ""] = await command.printed(/PUBSUB_EMULATOR_HOST=127\.0\.0\.1:(\d+)\n/);
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200);
  return Number(port);
}

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
