import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { describe, test } from "node:test";
import { promisify } from "node:util";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { isOnPath } from "../support/on-path.ts";
import type { CloudOnPubSub } from "../support/pubsub-emulator.ts";
import { GOOGLES_EMULATOR, OUR_PUBSUB, startCloudOn } from "../support/pubsub-emulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { eventText } from "./message-scenario.ts";
import { eventLines, until } from "./object-scenario.ts";

const run = promisify(execFile);
const noGcloud = isOnPath("gcloud") ? false : "gcloud is not installed";
const TIMEOUT_MS = 120_000;
/** Above the 8 MiB from which gcloud uploads resumably. */
const LARGE_EVENTS = 70_000;

/** gcloud without an account, with its addresses pointed at the cloud. */
async function gcloudFor(t: TestContext, { bucket, pubsub }: CloudOnPubSub) {
  const folder = await temporaryFolder(t);
  const env = {
    PATH: process.env["PATH"],
    CLOUDSDK_CONFIG: path.join(folder, ".gcloud"),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${bucket.url}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB: `${pubsub.url}/`,
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: "true",
    CLOUDSDK_CORE_DISABLE_PROMPTS: "1",
  };
  const gcloud = (...parameters: string[]) => run("gcloud", parameters, { env, cwd: folder });
  return { folder, gcloud };
}

describe("gcloud storage", { skip: noGcloud, timeout: TIMEOUT_MS }, () => {
  const landing = `gs://${CLOUD_NAMES.landingBucket}`;

  test("cp uploads files that are then in Mixpanel", async (t) => {
    const cloud = await startCloudOn(t, OUR_PUBSUB);
    const { folder, gcloud } = await gcloudFor(t, cloud);
    await writeFile(path.join(folder, "small.ndjson"), eventLines(10, "Small"));
    await writeFile(path.join(folder, "large.ndjson"), eventLines(LARGE_EVENTS, "Large"));

    await gcloud("storage", "cp", "small.ndjson", "large.ndjson", `${landing}/day/`);
    await gcloud("storage", "cp", "--gzip-local-all", "small.ndjson", `${landing}/packed.ndjson`);
    await cloud.idle();

    const receipts = await cloud.receipts();
    assert.deepEqual(
      receipts.map(({ object, state, events }) => [object, state, events.imported]).sort(),
      [
        ["day/large.ndjson", "complete", LARGE_EVENTS],
        ["day/small.ndjson", "complete", 10],
        ["packed.ndjson", "complete", 10],
      ],
    );
    assert.equal(cloud.shown("Small"), 10);
    assert.equal(cloud.shown("Large"), LARGE_EVENTS);
  });

  test("rsync uploads a folder once, and later only what is new", async (t) => {
    const cloud = await startCloudOn(t, OUR_PUBSUB);
    const { folder, gcloud } = await gcloudFor(t, cloud);
    await mkdir(path.join(folder, "logs/sub"), { recursive: true });
    await writeFile(path.join(folder, "logs/a.ndjson"), eventLines(3, "A"));
    await writeFile(path.join(folder, "logs/sub/b.ndjson"), eventLines(4, "B"));

    await gcloud("storage", "rsync", "-r", "logs", `${landing}/logs`);
    await cloud.idle();
    await writeFile(path.join(folder, "logs/c.ndjson"), eventLines(5, "C"));
    await gcloud("storage", "rsync", "-r", "logs", `${landing}/logs`);
    await cloud.idle();

    assert.deepEqual(
      ["A", "B", "C"].map((name) => cloud.shown(name)),
      [3, 4, 5],
    );
    assert.equal((await cloud.receipts()).length, 3);
    assert.equal(cloud.simulator.stats().eventsStored, 12, "nothing was imported twice");
  });
});

for (const pubsub of [OUR_PUBSUB, GOOGLES_EMULATOR]) {
  const skip = noGcloud === false ? pubsub.skip : noGcloud;

  test(
    `gcloud pubsub topics publish brings events to Mixpanel on ${pubsub.name}`,
    { skip, timeout: TIMEOUT_MS },
    async (t) => {
      const cloud = await startCloudOn(t, pubsub);
      const { gcloud } = await gcloudFor(t, cloud);
      const publish = (message: string) =>
        gcloud("pubsub", "topics", "publish", CLOUD_NAMES.eventsTopic, `--message=${message}`);

      await publish(`[${eventText("Published", 2)},${eventText("Published", 3)}]`);
      await publish("not JSON");
      // Published straight to the emulator, they are known here only when they are delivered.
      const { eventsSubscription } = CLOUD_NAMES;
      await until(() => cloud.pubsub.stats(eventsSubscription).acknowledged === 2, "two messages");
      await cloud.idle();

      assert.equal(cloud.shown("Published"), 2);
      assert.deepEqual(
        cloud.deadLetters().map(({ text, attributes }) => [text, attributes["reason"]]),
        [["not JSON", "malformed"]],
      );
    },
  );
}
