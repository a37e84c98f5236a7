import assert from "node:assert/strict";
import { test } from "node:test";

import { isObject, parseJson } from "../../functions/platform/json.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startAnnouncedCloud } from "../support/announced-cloud.ts";

const { landingBucket } = CLOUD_NAMES;
const ALL = `gs://${landingBucket}/`;

test("backfill asks, imports what has no receipt, and once more or in spite of quarantine", async (t) => {
  const { checkout, bucket, pushed } = await startAnnouncedCloud(t, (object) =>
    object === "b.txt" ? "quarantined" : "complete",
  );
  for (const name of ["a.ndjson", "b.txt", "c d#1?.ndjson"])
    await bucket.put(landingBucket, name, Buffer.from("{}\n"));
  await bucket.put(landingBucket, "empty", Buffer.alloc(0));
  const run = (...args: string[]) => checkout.run(["backfill", "--local", ...args]);

  const [asked, tried, other, nothing, notTime] = await Promise.all([
    run(ALL),
    run(ALL, "--dry-run", "--json"),
    run("gs://elsewhere/x/"),
    run(`${ALL}nothing/`),
    run(ALL, "--since", "2026-11-26T10:00:00Z"),
  ]);
  assert.equal(pushed.length, 0, "nothing is announced before somebody means it");
  assert.deepEqual([asked.code, asked.stdout.startsWith("4 objects\n")], [2, true]);
  assert.match(asked.stderr, /no terminal to ask at\. Give --yes/);
  const estimate = parseJson(tried.stdout);
  assert.ok(isObject(estimate) && isObject(estimate["objects"]));
  assert.deepEqual(
    [tried.code, estimate["ok"], estimate["objects"]["toImport"], estimate["objects"]["skipped"]],
    [0, true, 3, { empty: 1 }],
  );
  assert.deepEqual([other.code, other.stdout], [2, ""]);
  assert.match(
    other.stderr,
    /gcloud storage rsync --recursive gs:\/\/elsewhere\/x\/ gs:\/\/local-/,
  );
  assert.equal(nothing.code, 1);
  assert.match(nothing.stdout, /^No object is named .*nothing\/ or begins with it/);
  assert.deepEqual([notTime.code, notTime.stderr.includes("--since is for --again")], [2, true]);

  const first = await run(ALL, "--yes");
  assert.equal(first.code, 1, "one is quarantined");
  assert.match(first.stdout, /quarantined +b\.txt/);
  assert.match(first.stdout, /3 of 3 objects done: .*1 quarantined/);
  assert.deepEqual(pushed.map(({ objectId }) => objectId).sort(), [
    "a.ndjson",
    "b.txt",
    "c d#1?.ndjson",
  ]);
  const second = await run(ALL, "--yes", "--json");
  assert.equal(second.code, 1, "there is nothing left to do, and one is quarantined");
  const rest = parseJson(second.stdout);
  assert.ok(isObject(rest) && isObject(rest["objects"]));
  assert.equal(rest["ok"], false);
  assert.deepEqual(
    [rest["objects"]["importedBefore"], rest["objects"]["notImportedBefore"]],
    [2, { quarantined: 1 }],
  );
  assert.match(second.stderr, /1 {2}with a receipt, but not imported, .*: quarantined 1\n/);
  assert.match(
    second.stderr,
    /status --prefix gs:\/\/local-landing\/ --state quarantined --local\n/,
  );
  assert.match(second.stderr, /backfill gs:\/\/local-landing\/ --again --quarantine off --local\n/);
  assert.equal(pushed.length, 3);

  const again = await run(`${ALL}b.txt`, "--again", "--quarantine", "off", "--yes", "--json");
  assert.match(again.stdout, /^\{.*\}\n$/);
  const { eventType, objectId, quarantine, importId = "" } = pushed.at(-1) ?? {};
  assert.deepEqual([eventType, objectId, quarantine], ["IMPORT_AGAIN", "b.txt", "off"]);
  assert.match(importId, /^backfill-2/);
});

test("Ctrl-C ends a backfill at once, with the command that goes on", async (t) => {
  const { checkout, bucket } = await startAnnouncedCloud(t, (object) =>
    object === "a" ? "complete" : "later",
  );
  for (const name of ["a", "b", "c"]) await bucket.put(landingBucket, name, Buffer.from("{}\n"));
  const command = checkout.start(["backfill", "--local", ALL, "--yes", "--quarantine", "off"]);
  await command.printed(/1 of 3 objects/);
  command.kill("SIGINT");

  const { code, stdout } = await command.ended;
  assert.equal(code, 130);
  assert.match(stdout, /1 of 3 objects done: 1 complete\.\n2 announced and on their way\./);
  assert.match(
    stdout,
    /Continue:\n {2}npx --no mixpanel-gcp backfill gs:\/\/local-landing\/ --quarantine off --local\n$/,
  );
});
