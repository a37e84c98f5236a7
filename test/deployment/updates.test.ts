import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";

import { bundleFunction } from "../../archive/bundle.ts";
import { startDeployment } from "../../local/deployment/deployment.ts";
import {
  DEFAULT_PROGRAM,
  deployRecorded,
  LOCAL_PROJECT,
} from "../../local/deployment/recorded-program.ts";
import type { Resource } from "../../local/deployment/resource.ts";
import { zip } from "../../local/deployment/zip.ts";
import { record } from "../infra/support/run-program.ts";
import { createHurriedTimers } from "./support/hurried-timers.ts";
import { withInput } from "./support/with-input.ts";
import { startTraffic } from "./support/steady-traffic.ts";
import { addressesIn } from "./support/test-deployment.ts";
import { base64, eventOf } from "./support/traffic.ts";

const OLD_TOKEN = "local-project-token";
const NEW_TOKEN = "another-project-token";

const folder = await mkdtemp(path.join(tmpdir(), "mixpanel-gcp-updates-"));
after(() => rm(folder, { recursive: true, force: true }));
const timers = createHurriedTimers();
// A message that comes while one revision takes over from another may be refused once.
timers.hurry(100);
const deployment = await startDeployment({
  ...LOCAL_PROJECT,
  folder,
  mixpanel: {
    projects: [
      { id: "1", token: OLD_TOKEN },
      { id: "2", token: NEW_TOKEN },
    ],
  },
  pubsub: { timers },
  existing: { topics: ["projects/local/topics/theirs"] },
});
after(() => deployment.stop());
const { pubsub, bucket, policy, functions, simulator } = deployment;

type Settings = Readonly<Record<string, (resource: Resource) => Resource | undefined>>;

/** What a setting changes of what the program registers, by the logical name's end. */
let settings: Settings = {};
let archive = archiveWith("");
/** What the program does not register with the settings of now. */
let leftOut: readonly string[] = [];

function archiveWith(transform: string): Uint8Array {
  const { files } = bundleFunction({ transform });
  return zip(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
  );
}

/** Runs the program as recorded, with the settings of now. */
async function up() {
  const changed = (resource: Resource): Resource =>
    Object.entries(settings)
      .filter(([suffix]) => resource.name.endsWith(suffix))
      .reduce((before, [, change]) => change(before) ?? before, resource);
  const resources = DEFAULT_PROGRAM.resources.filter(({ name }) => !leftOut.includes(name));
  const program = { ...DEFAULT_PROGRAM, resources };
  const made = await deployRecorded(deployment, program, { archive, change: changed });
  await deployment.prune();
  return made;
}

const to = addressesIn(await up());
const pids = () => [...functions.values()].map(({ process }) => process.current().pid);
const importedIds = (projectId?: string): Set<string> =>
  new Set(
    [...simulator.events(projectId === undefined ? {} : { projectId })].map(({ properties }) =>
      String(record(properties)["$insert_id"]),
    ),
  );

test("what is deployed a second time changes nothing", async () => {
  const state = () => ({
    pids: pids(),
    grants: policy.grants(),
    subscriptions: pubsub.stats(to.eventsSubscription),
    archives: bucket.list("local-mixpanel-import-local-source-5a95e6"),
  });
  const before = state();
  assert.deepEqual(addressesIn(await up()), to);
  assert.deepEqual(state(), before);
});

test("a new token, batchBytes and transform reach what runs, and nothing is lost meanwhile", async () => {
  const traffic = startTraffic(deployment, to);
  await traffic.more(20);
  const before = pids();
  settings = {
    "-token-version": (resource) => withInput(resource, ["secretData"], NEW_TOKEN),
    "-function": (resource) => withSecretVersion(resource, "2"),
  };
  await up();
  assert.ok(pids().every((pid) => !before.includes(pid)));
  await traffic.more(20);
  const transform = path.join(folder, "transform.ts");
  await writeFile(
    transform,
    'export const transform = (record: object) => ({ ...record, event: "Transformed" });\n',
  );
  archive = archiveWith(transform);
  settings = {
    ...settings,
    "-function": (resource) =>
      withInput(
        withSecretVersion(resource, "2"),
        ["serviceConfig", "environmentVariables", "BATCH_BYTES"],
        "65536",
      ),
  };
  await up();
  await traffic.more(20);
  await traffic.stop();
  await deployment.idle();
  for (const { environment } of functions.values()) {
    assert.equal(environment["MIXPANEL_TOKEN"], NEW_TOKEN);
    assert.equal(environment["BATCH_BYTES"], "65536");
  }
  assert.deepEqual([...importedIds()].sort(), [...traffic.sent].sort());
  const last = [...simulator.events({ projectId: "2" })].at(-1);
  assert.equal(last?.event, "Transformed");
  assert.equal(bucket.list("local-mixpanel-import-local-source-5a95e6").length, 1);
});

test("maxInstances and labels change nothing here", async () => {
  const before = pids();
  const unchanged = settings["-function"];
  settings = {
    ...settings,
    "-function": (resource) =>
      withInput(unchanged?.(resource) ?? resource, ["serviceConfig", "maxInstanceCount"], 5),
    "events-topic": (resource) => withInput(resource, ["labels"], { team: "data" }),
  };
  await up();
  assert.deepEqual(pids(), before);
});

test("a function that does not start fails the deployment, and the old revision serves on", async () => {
  const before = pids();
  const kept = settings;
  settings = {
    ...kept,
    "messages-function": (resource) =>
      withInput(resource, ["serviceConfig", "environmentVariables", "BATCH_BYTES"], "many"),
  };
  await assert.rejects(up(), /messages-function .* cannot be deployed:[^]*BATCH_BYTES/);
  settings = kept;
  assert.deepEqual(pids(), before);
  await up();
  pubsub.publish(to.eventsTopic, [{ data: base64(eventOf("after-a-failure")) }]);
  await deployment.idle();
  assert.ok(importedIds().has("after-a-failure"));
});

test("paused, messages wait; back again, all of them arrive", async () => {
  const kept = settings;
  const traffic = startTraffic(deployment, to);
  await traffic.more(10);
  settings = {
    ...kept,
    "-push-subscription": (resource) => withInput(resource, ["pushConfig"], undefined),
  };
  await up();
  const subscriptions = [to.eventsSubscription, to.objectsSubscription];
  const deliveries = () => subscriptions.map((name) => pubsub.stats(name).deliveries);
  const before = deliveries();
  await traffic.more(20);
  assert.deepEqual(deliveries(), before);
  assert.deepEqual(pubsub.pushSubscriptions(), []);
  settings = kept;
  await up();
  await traffic.stop();
  await deployment.idle();
  for (const id of traffic.sent) assert.ok(importedIds().has(id), id);
});

test("messageFilter replaces the subscription, which then takes what it lets through", async () => {
  settings = {
    ...settings,
    "messages-push-subscription": (resource) =>
      withInput(resource, ["filter"], 'attributes.product = "web"'),
  };
  await up();
  const publish = (id: string, product: string) =>
    pubsub.publish(to.eventsTopic, [{ data: base64(eventOf(id)), attributes: { product } }]);
  publish("filtered-web", "web");
  publish("filtered-app", "app");
  await deployment.idle();
  assert.ok(importedIds().has("filtered-web"));
  assert.ok(!importedIds().has("filtered-app"));
});

test("with existingTopic the own topic goes, and messages come from the other one", async () => {
  const kept = settings;
  const topic = "projects/local/topics/theirs";
  leftOut = ["mixpanel-import-events-topic"];
  settings = {
    ...kept,
    "messages-push-subscription": (resource) => withInput(resource, ["topic"], topic),
  };
  await up();
  assert.ok(!pubsub.hasTopic(to.eventsTopic));
  pubsub.publish(topic, [{ data: base64(eventOf("on-their-topic")) }]);
  await deployment.idle();
  assert.ok(importedIds().has("on-their-topic"));
  leftOut = [];
  settings = kept;
  await up();
});

/** Of the one secret that is a token. */
function withSecretVersion(resource: Resource, version: string): Resource {
  const config = record(resource.inputs["serviceConfig"]);
  const variables = config["secretEnvironmentVariables"] as Record<string, unknown>[];
  const changed = variables.map((variable) => ({ ...variable, version }));
  return withInput(resource, ["serviceConfig", "secretEnvironmentVariables"], changed);
}

test("destroyed, nothing is left but the files, and a bucket that is protected stops it", async () => {
  const kept = settings;
  settings = { ...kept, "landing-bucket": (resource) => ({ ...resource, protect: true }) };
  await up();
  await assert.rejects(deployment.destroy(), /landing-bucket .* it is protected/);
  assert.equal(functions.size, 2);
  settings = { ...kept, "landing-bucket": (resource) => ({ ...resource, retainOnDelete: true }) };
  await up();
  await deployment.destroy();
  assert.deepEqual(policy.grants(), []);
  assert.deepEqual([...functions.keys()], []);
  assert.ok(!pubsub.hasTopic(to.eventsTopic));
  assert.ok(pubsub.hasTopic("projects/local/topics/theirs"));
  assert.throws(() => pubsub.stats(to.deadLetterSubscription), /not found/);
  assert.ok(bucket.hasBucket(to.landingBucket));
  assert.ok(!bucket.hasBucket(to.receiptsBucket));
});
