import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import type { PageState } from "../../local/page/page-state.ts";
import type { RunSummary } from "../../local/run/summary.ts";
import { events, ndjson } from "../support/factories.ts";
import type { RunningCommand } from "../support/checkout.ts";
import { useLocalCommand } from "../support/local-command.ts";
import { isOnPath } from "../support/on-path.ts";
import { processEnd } from "../support/process-end.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { checkout, put } = useLocalCommand();
const runProgram = promisify(execFile);

test("--keep imports what is put into the folder, serves a page of it, and Ctrl-C ends it with nothing left running", async (t) => {
  const first = await put("first.ndjson", ndjson(events(2)));
  const command = checkout().start(["local", "--keep", "--json", first]);
  t.after(() => {
    command.kill("SIGINT");
    return command.ended;
  });
  const [, inbox = ""] = await command.printed(/Put files into (.+)/);
  assert.match(
    (await command.printed(/CLOUDSDK\S+ CLOUDSDK.+ gcloud storage cp FILE \S+/))[0],
    /^CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=http:\/\/127\.0\.0\.1:\d+\/ CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true gcloud storage cp FILE gs:\/\/local-landing\/$/,
  );

  await writeFile(path.join(inbox, "second.ndjson"), ndjson([...events(12).slice(2), "no object"]));
  await command.printed(/second\.ndjson: 11 read, 10 imported, 1 refused\n/);
  await command.printed(/not imported: invalid, .*\(second\.ndjson line 11\)\n/);
  await writeFile(path.join(inbox, "empty.ndjson"), "");
  await command.printed(/empty\.ndjson: object skipped, empty\n/);
  const [, url = ""] = await command.printed(
    /See it in a browser: (http:\/\/127\.0\.0\.1:\d+\/)\s/,
  );
  await assertShowsTheRun(url, inbox);
  command.kill("SIGINT");
  const { code, stdout, stderr } = await command.ended;

  assert.equal(code, 0);
  // The log of the function and the bucket's notice of the receipt come in any order.
  assert.match(
    stderr,
    /\nSee it in a browser: \S+ {2}\(Ctrl-C ends it\)\n(?: {2}not imported: .+\n)?second\.ndjson/,
  );
  const summary = JSON.parse(stdout) as RunSummary;
  assert.equal(summary.mixpanel.distinctEvents, 12);
  assert.equal(summary.objects.length, 2);
  assert.deepEqual(await checkout().processes(), []);
});

/** That there is a page with the files, the reasons and the requests of that run. */
async function assertShowsTheRun(url: string, inbox: string): Promise<void> {
  const page = await (await fetch(url)).text();
  const state = (await (await fetch(`${url}state`)).json()) as PageState;

  assert.match(page, /^<!doctype html>/i);
  assert.equal(state.entrances.inbox, inbox);
  assert.deepEqual(
    state.files.map((file) => [file.name, file.state, file.events?.imported]).sort(),
    [
      ["empty.ndjson", "skipped", 0],
      ["first.ndjson", "complete", 2],
      ["second.ndjson", "complete", 10],
    ],
  );
  assert.equal(state.mixpanel.distinctEvents, 12);
  assert.deepEqual(
    state.deadLetters.groups.map(({ reason, sample }) => [reason, sample]),
    [["invalid", "second.ndjson line 11"]],
  );
  assert.deepEqual(state.requests.map(({ status, imported }) => [status, imported]).sort(), [
    ["200", 10],
    ["200", 2],
  ]);
}

test("--inbox is made, its files are imported instead of a sample, each reason is told once a file, and curl alone uploads and publishes", async (t) => {
  const inbox = path.join(await temporaryFolder(t), "a", "b");
  const command = checkout().start(["local", "--json", "--inbox", inbox]);
  t.after(() => {
    command.kill("SIGINT");
    return command.ended;
  });
  await command.printed(/Put files into .+\/a\/b\n/);

  await writeFile(path.join(inbox, "one.ndjson"), "no JSON\n".repeat(5));
  await command.printed(/one\.ndjson: 5 read, NOTHING IMPORTED, 5 refused\n/);
  await writeFile(path.join(inbox, "two.ndjson"), "no JSON\n".repeat(5));
  await command.printed(/two\.ndjson: 5 read, NOTHING IMPORTED, 5 refused\n/);
  await uploadAndPublish(command);
  command.kill("SIGINT");
  const { code, stdout, stderr } = await command.ended;

  assert.equal(code, 1);
  const told = [...stderr.matchAll(/not imported: malformed, not valid JSON \((\w+)\.ndjson/g)];
  assert.deepEqual(told.map(([, name]) => name).sort(), ["one", "two"]);
  const { objects } = JSON.parse(stdout) as RunSummary;
  assert.deepEqual(objects.map(({ object }) => object).sort(), [
    ...["mine.ndjson", "one.ndjson", "two.ndjson"],
  ]);
});

/** By the commands on the page of the run. */
async function uploadAndPublish(command: RunningCommand): Promise<void> {
  const [, url = ""] = await command.printed(/See it in a browser: (\S+)\s/);
  const { entrances } = (await (await fetch(`${url}state`)).json()) as PageState;
  await put("mine.ndjson", ndjson(events(3)));
  await put("one.json", ndjson(events(4).slice(3)));
  const runCurl = (commands: readonly string[], file: string) =>
    runProgram("sh", ["-c", (commands.at(-1) ?? "").replaceAll("FILE", file)], {
      cwd: checkout().folder,
    });

  await runCurl(entrances.upload, "mine.ndjson");
  await command.printed(/mine\.ndjson: 3 read, 3 imported\n/);
  await runCurl(entrances.publish, "one.json");
  await command.printed(/1 message: 1 read, 1 imported\n/);
}

test("Ctrl-C before the files given are imported is an interruption, also with --keep: 130", async () => {
  const file = await put("long.ndjson", ndjson(events(200_000)));
  const command = checkout().start(["local", "--keep", file]);
  await command.printed(/See it in a browser/);

  command.kill("SIGINT");
  const { code, stdout } = await command.ended;

  assert.equal(code, 130);
  assert.match(stdout, /Interrupted before everything was imported\.\n$/);
  assert.deepEqual(await checkout().processes(), []);
});

test(
  "the line that --keep prints uploads with gcloud storage cp",
  { skip: isOnPath("gcloud") ? false : "gcloud is not installed" },
  async (t) => {
    await put("mine.ndjson", ndjson(events(3)));
    const command = checkout().start([
      "local",
      "--keep",
      await put("one.ndjson", ndjson(events(1))),
    ]);
    t.after(() => {
      command.kill("SIGINT");
      return command.ended;
    });
    const [line] = await command.printed(/CLOUDSDK.+ gcloud storage cp FILE \S+/);

    const env = { PATH: process.env["PATH"], CLOUDSDK_CONFIG: await temporaryFolder(t) };
    await runProgram("sh", ["-c", line.replace("FILE", "mine.ndjson")], {
      env,
      cwd: checkout().folder,
    });

    await command.printed(/mine\.ndjson: 3 read, 3 imported\n/);
  },
);

test("a run that is killed leaves no function behind", async () => {
  const file = await put("few.ndjson", ndjson(events(2)));
  const command = checkout().start(["local", "--keep", file]);
  await command.printed(/Watching/);
  const running = await checkout().processes();

  command.kill("SIGKILL");
  await command.ended;

  assert.equal(running.length, 3);
  for (const pid of running) await processEnd(pid);
});
