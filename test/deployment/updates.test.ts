import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";

import { startDeploymentOn } from "../../local/deployment/deployment.ts";
import { localProgram } from "../../local/deployment/program/local-config.ts";
import { LOCAL_PROJECT } from "../../local/deployment/recorded-program.ts";
import type { Resource } from "../../local/deployment/resource.ts";
import { DEFAULT_TOKEN } from "../../local/mixpanel/simulator.ts";
import { startPubSub, type SubscriptionStats } from "../../local/pubsub/pubsub-server.ts";
import { record } from "../infra/support/run-program.ts";
import { createHurriedTimers } from "./support/hurried-timers.ts";
import { EVENTS_PER_FILE, startTraffic, type SteadyTraffic } from "./support/steady-traffic.ts";
import { addressesIn } from "./support/test-deployment.ts";
import { base64, eventOf } from "./support/traffic.ts";
import { up } from "./support/up.ts";
import { withInput } from "./support/with-input.ts";

const NEW_TOKEN = "another-project-token";
const THEIRS = "projects/local/topics/theirs";

const folder = await mkdtemp(path.join(tmpdir(), "mixpanel-gcp-updates-"));
after(() => rm(folder, { recursive: true, force: true }));
const timers = createHurriedTimers();
// A message that comes while one revision takes over from another may be refused once.
timers.hurry(100);
/** What was known of a subscription when it was deleted. */
const ends = new Map<string, SubscriptionStats>();
const deployment = await startDeploymentOn(
  async (agent) => {
    const own = await startPubSub({ agent, timers });
    const deleteSubscription = (name: string): void => {
      ends.set(name, own.stats(name));
      own.deleteSubscription(name);
    };
    return { ...own, deleteSubscription };
  },
  {
    ...LOCAL_PROJECT,
    folder,
    mixpanel: {
      projects: [
        { id: "1", token: DEFAULT_TOKEN },
        { id: "2", token: NEW_TOKEN },
      ],
    },
    existing: { topics: [THEIRS] },
  },
);
after(() => deployment.stop());
const { pubsub, bucket, policy, functions, simulator } = deployment;

/** Of the stack, by name without namespace. */
let settings: Readonly<Record<string, string>> = {};

/** `pulumi config set`, and `pulumi up`. @returns what was made of each resource, by its name */
async function set(changed: Readonly<Record<string, string>>, target = deployment) {
  settings = { ...settings, ...changed };
  const { config, stack } = localProgram();
  const all: Record<string, string> = { ...config };
  for (const [key, value] of Object.entries(settings)) all[`mixpanel-gcp:${key}`] = value;
  const { steps } = await up(target, { config: all, stack: stack ?? "" });
  return new Map(steps.map(({ resource, deployed }) => [resource.name, { resource, deployed }]));
}

const first = await set({});
const to = addressesIn(new Map([...first].map(([name, { deployed }]) => [name, deployed])));
const pids = () => [...functions.values()].map(({ process }) => process.current().pid);
const importedIds = (): Set<string> =>
  new Set(
    [...simulator.events()].map(({ properties }) => String(record(properties)["$insert_id"])),
  );

/** Sends until `change` is over, and a little longer. @returns what of it never arrives */
async function lostDuring(change: (traffic: SteadyTraffic) => Promise<unknown>): Promise<string[]> {
  const traffic = startTraffic(deployment, to);
  try {
    await traffic.more(10);
    await change(traffic);
    await traffic.more(10);
  } finally {
    await traffic.stop();
  }
  await deployment.idle();
  const imported = importedIds();
  return [...traffic.sent].filter((id) => !imported.has(id));
}

// Before the first test: nothing may be awaited between two of them, or the hooks may run there.
const transform = path.join(folder, "transform.ts");
await writeFile(
  transform,
  'export const transform = (record: object) => ({ ...record, event: "Transformed" });\n',
);

test("what is deployed a second time changes nothing", async () => {
  const state = () => ({
    pids: pids(),
    grants: policy.grants(),
    subscriptions: pubsub.stats(to.eventsSubscription),
    archives: bucket.list("local-mixpanel-import-local-source-5a95e6"),
  });
  const before = state();
  await set({});
  assert.deepEqual(state(), before);
});

/** Settings that reach the functions by a new revision, and by what they are known there. */
const REVISIONS: readonly {
  readonly change: Readonly<Record<string, string>>;
  readonly isThere: () => boolean;
}[] = [
  { change: { mixpanelToken: NEW_TOKEN }, isThere: () => everywhere("MIXPANEL_TOKEN", NEW_TOKEN) },
  { change: { batchBytes: "65536" }, isThere: () => everywhere("BATCH_BYTES", "65536") },
  {
    change: { transform },
    isThere: () => [...simulator.events({ projectId: "2" })].at(-1)?.event === "Transformed",
  },
];

function everywhere(variable: string, value: string): boolean {
  return [...functions.values()].every(({ environment }) => environment[variable] === value);
}

for (const { change, isThere } of REVISIONS)
  test(`${Object.keys(change).join()} reaches what runs, and nothing is lost meanwhile`, async () => {
    const before = pids();
    assert.ok(!isThere());
    assert.deepEqual(await lostDuring(() => set(change)), []);
    assert.ok(pids().every((pid) => !before.includes(pid)));
    assert.ok(isThere());
    assert.equal(bucket.list("local-mixpanel-import-local-source-5a95e6").length, 1);
  });

test("maxInstances and labels change nothing here, and nothing is lost meanwhile", async () => {
  const before = pids();
  const change = { maxInstances: "5", labels: '{"team":"data"}' };
  assert.deepEqual(await lostDuring(() => set(change)), []);
  assert.deepEqual(pids(), before);
});

test("a function that does not start fails the deployment, and the old revision serves on", async () => {
  const before = pids();
  const registered = (await set({})).get("mixpanel-import-import-messages-function");
  assert.ok(registered);
  const variable = ["serviceConfig", "environmentVariables", "BATCH_BYTES"];
  const broken = withInput(registered.resource, variable, "many");
  await assert.rejects(
    deployment.deploy(broken),
    /messages-function .* cannot be deployed:[^]*BATCH_BYTES/,
  );
  assert.deepEqual(await lostDuring(() => set({})), []);
  assert.deepEqual(pids(), before);
});

test("paused, messages wait; back again, all of them arrive", async () => {
  const deliveries = () =>
    [to.eventsSubscription, to.objectsSubscription].map((name) => pubsub.stats(name).deliveries);
  const lost = await lostDuring(async (traffic) => {
    await set({ paused: "true" });
    const before = deliveries();
    assert.deepEqual(pubsub.pushSubscriptions(), []);
    await traffic.more(20);
    assert.deepEqual(deliveries(), before);
    await set({ paused: "false" });
  });
  assert.deepEqual(lost, []);
});

/** Settings that replace the events subscription, with the messages that wait in it. */
async function assertReplaced(
  change: Readonly<Record<string, string>>,
  publishTo = to.eventsTopic,
): Promise<void> {
  ends.clear();
  const lost = await lostDuring(async (traffic) => {
    const deploy = async (resource: Resource) => {
      const deployed = await deployment.deploy(resource);
      // Whoever publishes changes over as soon as somebody reads the other topic.
      if (deployed.id === to.eventsSubscription) traffic.publishTo(publishTo);
      return deployed;
    };
    await set(change, { ...deployment, deploy });
  });
  const { ready = 0, outstanding = 0, backingOff = 0 } = ends.get(to.eventsSubscription) ?? {};
  assert.ok(ends.has(to.eventsSubscription));
  assert.ok(lost.length <= ready + outstanding + backingOff, `${lost.length} lost`);
}

test("messageFilter replaces the subscription, which loses no more than what waits in it", async () => {
  await assertReplaced({ messageFilter: "NOT attributes:internal" });
  const publish = (id: string, attributes: Readonly<Record<string, string>>) =>
    pubsub.publish(to.eventsTopic, [{ data: base64(eventOf(id)), attributes }]);
  publish("filtered-in", { product: "web" });
  publish("filtered-out", { internal: "yes" });
  await deployment.idle();
  assert.ok(importedIds().has("filtered-in"));
  assert.ok(!importedIds().has("filtered-out"));
});

test("with existingTopic the own topic goes, and messages come from the other one", async () => {
  await assertReplaced({ existingTopic: THEIRS }, THEIRS);
  assert.ok(!pubsub.hasTopic(to.eventsTopic));
  await set({ existingTopic: "" });
  assert.ok(pubsub.hasTopic(to.eventsTopic));
});

test("destroyed, a bucket that is protected stops it before anything is deleted", async () => {
  await set({ bucketOnDestroy: "fail" });
  await assert.rejects(deployment.destroy(), /it is protected, and cannot be deleted/);
  assert.equal(functions.size, 2);
  await set({ bucketOnDestroy: "keep" });
});

test("destroyed with messages in flight, what was acknowledged is in Mixpanel", async () => {
  const subscriptions = [to.eventsSubscription, to.objectsSubscription] as const;
  const [messagesBefore, filesBefore] = subscriptions.map((name) => pubsub.stats(name));
  // So slow that much is under way when it comes.
  simulator.setFaults([{ kind: "latency", ms: 300 }]);
  const traffic = startTraffic(deployment, to);
  await traffic.more(50);
  ends.clear();
  await deployment.destroy().finally(() => traffic.stop());

  const imported = importedIds();
  const arrived = (kind: string): number =>
    [...traffic.sent].filter((id) => id.startsWith(kind) && imported.has(id)).length;
  const [messages, files] = subscriptions.map((name) => ends.get(name));
  assert.ok(messages && files && messagesBefore && filesBefore);
  assert.ok(messages.outstanding > 0, "something is in flight");
  assert.ok(messages.acknowledged - messagesBefore.acknowledged <= arrived("message"));
  const complete = arrived("file") / EVENTS_PER_FILE;
  assert.ok(files.acknowledged - filesBefore.acknowledged <= complete);
});

test("what is left is the landing bucket with its files, and what was there before", () => {
  assert.deepEqual(policy.grants(), []);
  assert.deepEqual([...functions.keys()], []);
  assert.ok(!pubsub.hasTopic(to.eventsTopic));
  assert.ok(pubsub.hasTopic(THEIRS));
  assert.throws(() => pubsub.stats(to.deadLetterSubscription), /not found/);
  assert.ok(bucket.hasBucket(to.landingBucket));
  assert.ok(!bucket.hasBucket(to.receiptsBucket));
});
