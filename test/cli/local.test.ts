import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import type { PageState } from "../../local/page/page-state.ts";
import type { RunSummary } from "../../local/run/summary.ts";
import type { Checkout } from "../support/checkout.ts";
import { copyCheckout } from "../support/checkout.ts";
import { event, events, ndjson } from "../support/factories.ts";
import { GOOGLES_EMULATOR } from "../support/pubsub-emulator.ts";
import { processEnd } from "../support/process-end.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const runProgram = promisify(execFile);
const HAS_GCLOUD = spawnSync("gcloud", ["--version"]).status === 0;

let checkout: Checkout;
before(async () => {
  checkout = await copyCheckout();
});
after(() => checkout.remove());

async function put(name: string, content: string | Buffer): Promise<string> {
  const file = path.join(checkout.folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return name;
}

async function runJson(args: readonly string[], cwd = checkout.folder) {
  const { code, stdout, stderr } = await checkout.run(["local", "--json", ...args], { cwd });
  assert.match(stdout, /^\{.*\}\n$/, stderr);
  return { code, stderr, summary: JSON.parse(stdout) as RunSummary };
}

test("without arguments a sample goes both ways, and the result tells what was refused and why", async () => {
  const { code, stdout, stderr } = await checkout.run(["local"]);

  assert.equal(code, 0, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /read +imported +rejected +unusable +dropped +seconds +MB\/s\n/);
  assert.match(stderr, /web-events\.ndjson .*\nmobile-events\.ndjson\.gz .*\nmessages .*\ntotal /);
  assert.match(
    stderr,
    /malformed +not valid JSON: cut off +e\.g\. (web-events|messages)\.ndjson line \d+\n/,
  );
  assert.match(stderr, /Every record is accounted for\.\n$/);
});

test("the same events through both ways are in Mixpanel once", async () => {
  const file = await put("ten.ndjson", ndjson(events(10)));

  const { code, summary } = await runJson([file, "--messages", file]);

  assert.equal(code, 0);
  assert.equal(summary.ok, true);
  assert.equal(summary.problems, undefined);
  assert.deepEqual(
    summary.objects.map(({ object, state, events: { imported } }) => ({ object, state, imported })),
    [{ object: "ten.ndjson", state: "complete", imported: 10 }],
  );
  assert.deepEqual(summary.messages, {
    published: 10,
    acknowledged: 10,
    events: { produced: 10, imported: 10, rejected: 0 },
    records: { read: 10, dropped: 0, unusable: 0, used: 10 },
  });
  assert.deepEqual(summary.deadLetters, { records: 0, byReason: {} });
  assert.equal(summary.mixpanel.distinctEvents, 10);
});

test("files of any name and compression, given by paths relative to any folder, are imported", async () => {
  await put("deep/plain", ndjson(events(3)));
  await put("deep/packed", gzipSync(ndjson(events(30).slice(10, 14))));
  await put("deep/empty.json", "");
  const cwd = path.join(checkout.folder, "deep");

  const { code, summary } = await runJson(["plain", "./packed", "empty.json"], cwd);

  assert.equal(code, 0);
  assert.deepEqual(
    summary.objects.map(({ object, events: { imported } }) => [object, imported]),
    [
      ["plain", 3],
      ["packed", 4],
    ],
  );
  assert.equal(summary.mixpanel.distinctEvents, 7);
});

test("what cannot be imported is in the dead letters, told by reason and line", async () => {
  const file = await put(
    "bad.ndjson",
    [...events(20).map((good) => JSON.stringify(good)), "not JSON", "[1]"].join("\n"),
  );
  const messages = await put("bad-messages", `${ndjson([event()])}not JSON either\n`);

  const { code, stderr, summary } = await runJson([file, "--messages", messages]);

  assert.equal(code, 0);
  assert.deepEqual(summary.deadLetters, { records: 3, byReason: { malformed: 2, invalid: 1 } });
  assert.deepEqual(summary.objects[0]?.records, { read: 22, dropped: 0, unusable: 2, used: 20 });
  assert.match(stderr, /invalid .*e\.g\. bad\.ndjson line 22\n/);
  const deadLetterFile = /Dead letters: (.+)/.exec(stderr)?.[1] ?? "";
  const letters = (await readFile(deadLetterFile, "utf8")).trimEnd().split("\n");
  assert.deepEqual(letters.map((line) => (JSON.parse(line) as { data: string }).data).sort(), [
    "[1]",
    "not JSON",
    "not JSON either",
  ]);
});

test("a transform is built in", async () => {
  const file = await put("five.ndjson", ndjson(events(5)));
  const transform = await put(
    "own/transform.ts",
    `import { keep } from "./rule.ts";
    export const transform = (record) => (keep(record) ? record : null);`,
  );
  await put(
    "own/rule.ts",
    `export const keep = (record: any): boolean => record.properties.distinct_id !== "user-3";`,
  );

  const { code, summary } = await runJson([file, "--transform", transform]);

  assert.equal(code, 0);
  assert.deepEqual(summary.objects[0]?.records, { read: 5, dropped: 1, unusable: 0, used: 4 });
  assert.equal(summary.mixpanel.distinctEvents, 4);
});

test("a line that no message can hold makes the run fail, and says which", async () => {
  const file = await put("huge", `${ndjson([event()])}${"x".repeat(10_000_001)}\n`);

  const { code, summary } = await runJson(["--messages", file]);

  assert.equal(code, 1);
  assert.equal(summary.ok, false);
  assert.match(summary.problems?.join() ?? "", /huge line 2 was not published/);
  assert.equal(summary.messages.events.imported, 1);
});

test("--keep imports what is put into the folder, and Ctrl-C ends it with nothing left running", async () => {
  const first = await put("first.ndjson", ndjson(events(2)));
  const command = checkout.start(["local", "--keep", "--json", first]);
  const [, inbox = ""] = await command.printed(/Put files into (.+)/);
  assert.match(
    (await command.printed(/CLOUDSDK\S+ CLOUDSDK.+ gcloud storage cp FILE \S+/))[0],
    /^CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=http:\/\/127\.0\.0\.1:\d+\/ CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true gcloud storage cp FILE gs:\/\/local-landing\/$/,
  );

  await writeFile(path.join(inbox, "second.ndjson"), ndjson([...events(12).slice(2), "no object"]));
  await command.printed(/second\.ndjson: 11 read, 10 imported, 1 unusable\n/);
  await command.printed(/not imported: invalid, .*\(second\.ndjson line 11\)\n/);
  await writeFile(path.join(inbox, "empty.ndjson"), "");
  await command.printed(/empty\.ndjson: object skipped, empty\n/);
  command.kill("SIGINT");
  const { code, stdout } = await command.ended;

  assert.equal(code, 0);
  const summary = JSON.parse(stdout) as RunSummary;
  assert.equal(summary.mixpanel.distinctEvents, 12);
  assert.equal(summary.objects.length, 2);
  assert.deepEqual(await checkout.processes(), []);
});

test("--keep serves a page with the files, the reasons and the requests of the run", async (t) => {
  const command = checkout.start(["local", "--keep", await put("seen.ndjson", "{}\n")]);
  t.after(() => {
    command.kill("SIGINT");
    return command.ended;
  });
  const [, url = ""] = await command.printed(
    /See it in a browser: (http:\/\/127\.0\.0\.1:\d+\/)\n/,
  );
  const [, inbox = ""] = await command.printed(/Put files into (.+)/);
  await writeFile(path.join(inbox, "more.ndjson"), ndjson(events(12)));
  await command.printed(/more\.ndjson: 12 read/);

  const page = await (await fetch(url)).text();
  const state = (await (await fetch(`${url}state`)).json()) as PageState;

  assert.match(page, /^<!doctype html>/i);
  assert.equal(state.inbox, inbox);
  assert.deepEqual(
    state.files.map((file) => [file.name, file.state, file.events?.imported]),
    [
      ["more.ndjson", "complete", 12],
      ["seen.ndjson", "complete", 0],
    ],
  );
  assert.equal(state.mixpanel.distinctEvents, 12);
  assert.deepEqual(
    state.deadLetters.groups.map(({ reason, sample }) => [reason, sample]),
    [["invalid", "seen.ndjson line 1"]],
  );
  assert.deepEqual(
    state.requests.map(({ status, imported }) => [status, imported]),
    [["200", 12]],
  );
});

test(
  "the line that --keep prints uploads with gcloud storage cp",
  { skip: HAS_GCLOUD ? false : "gcloud is not installed" },
  async (t) => {
    await put("mine.ndjson", ndjson(events(3)));
    const command = checkout.start(["local", "--keep", await put("one.ndjson", ndjson(events(1)))]);
    t.after(() => {
      command.kill("SIGINT");
      return command.ended;
    });
    const [line] = await command.printed(/CLOUDSDK.+ gcloud storage cp FILE \S+/);

    const env = { PATH: process.env["PATH"], CLOUDSDK_CONFIG: await temporaryFolder(t) };
    await runProgram("sh", ["-c", line.replace("FILE", "mine.ndjson")], {
      env,
      cwd: checkout.folder,
    });

    await command.printed(/mine\.ndjson: 3 read, 3 imported\n/);
  },
);

for (const signal of ["SIGINT", "SIGTERM"] as const)
  test(`${signal} in the middle of a run ends it with 130 and nothing left running`, async () => {
    const file = await put("many.ndjson", ndjson(events(200_000)));
    const command = checkout.start(["local", file]);
    await command.printed(/Building/);
    while ((await checkout.processes()).length < 3)
      await new Promise((resolve) => setTimeout(resolve, 20));

    command.kill(signal);
    const { code, stderr } = await command.ended;

    assert.equal(code, 130);
    assert.doesNotMatch(stderr, /bug|^\s+at /m);
    assert.deepEqual(await checkout.processes(), []);
  });

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
    assert.match(stderr, /malformed +not valid JSON +e\.g\. twelve\.ndjson line 13\n/);
  },
);

for (const signal of ["SIGINT", "SIGKILL"] as const)
  test(
    `after ${signal} Google's emulator is gone too`,
    { skip: GOOGLES_EMULATOR.skip, timeout: 60_000 },
    async () => {
      const file = await put("emulated.ndjson", ndjson(events(2)));
      const command = checkout.start(["local", "--pubsub-emulator", "--keep", file]);
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
    const file = await put("cut-short.ndjson", ndjson(events(200_000)));
    const command = checkout.start(["local", "--pubsub-emulator", "--messages", file]);
    const emulator = await childNamed(command.pid, "cloud-pubsub-emulator");
    while ((await checkout.processes()).length < 3)
      await new Promise((resolve) => setTimeout(resolve, 20));

    process.kill(emulator, "SIGKILL");
    const { code, stderr } = await command.ended;

    assert.equal(code, 1);
    assert.match(stderr, /Google's (Pub\/Sub emulator does not respond|emulator ended)/);
    assert.doesNotMatch(stderr, /bug|^\s+at /m);
    assert.deepEqual(await checkout.processes(), []);
  },
);

/**
 * Id of a process below `ancestor` that runs that program, as soon as there is one (Linux only).
 */
async function childNamed(ancestor: number, name: string): Promise<number> {
  for (;;) {
    const { stdout } = await runProgram("ps", ["-e", "-o", "pid=,ppid=,args="]);
    const rows = [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)];
    const shells = rows.filter(([, , ppid]) => Number(ppid) === ancestor).map(([, pid]) => pid);
    const found = rows.find(
      ([, , ppid = "", args = ""]) =>
        shells.includes(ppid) && args.startsWith("java") && args.includes(name),
    );
    if (found) return Number(found[1]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves as soon as nobody listens there. */
async function connectionRefused(port: number): Promise<void> {
  const isListening = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
  while (await isListening()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test("a run that is killed leaves no function behind", async () => {
  const file = await put("few.ndjson", ndjson(events(2)));
  const command = checkout.start(["local", "--keep", file]);
  await command.printed(/Watching/);
  const running = await checkout.processes();

  command.kill("SIGKILL");
  await command.ended;

  assert.equal(running.length, 3);
  for (const pid of running) await processEnd(pid);
});
