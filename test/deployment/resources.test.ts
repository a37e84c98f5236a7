import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";

import { startDeployment } from "../../local/deployment/deployment.ts";
import {
  DEFAULT_PROGRAM,
  deployRecorded,
  LOCAL_PROJECT,
  withoutResources,
} from "../../local/deployment/recorded-program.ts";
import type { Resource } from "../../local/deployment/resource.ts";
import { withInput } from "./support/with-input.ts";

const PROGRAM = withoutResources(DEFAULT_PROGRAM, ({ type }) => type.endsWith(":Function"));
const SUBSCRIPTION = "projects/local/subscriptions/mixpanel-import-local-dead-letters";
const TOPIC = "projects/local/topics/mixpanel-import-local-dead-letters";
const TOKEN_VERSION = "projects/local/secrets/mixpanel-import-local-token/versions/1";
const OBJECTS = "serviceAccount:mixpanel-import-local-objects@local.iam.gserviceaccount.com";

/** The default program without its functions. `up` deploys it with some resources altered. */
async function setUp(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), "mixpanel-gcp-resources-"));
  const deployment = await startDeployment({ ...LOCAL_PROJECT, folder });
  t.after(async () => {
    await deployment.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const up = async (altered: readonly Resource[] = [], program = PROGRAM): Promise<void> => {
    const change = (resource: Resource): Resource =>
      altered.find(({ name }) => name === resource.name) ?? resource;
    await deployRecorded(deployment, program, { archive: Buffer.from("zip"), change });
    await deployment.prune();
  };
  await up();
  const hasSubscription = (): boolean => {
    try {
      deployment.pubsub.stats(SUBSCRIPTION);
      return true;
    } catch {
      return false;
    }
  };
  return { deployment, up, hasSubscription };
}

function named(name: string): Resource {
  const found = PROGRAM.resources.find((one) => one.name === `mixpanel-import-${name}`);
  assert.ok(found, name);
  const { dependsOn: _, ...resource } = found;
  return resource;
}

const withName = (resource: Resource, name: string): Resource => ({ ...resource, name });
const subscription = named("dead-letters-subscription");
const mistyped = withInput(subscription, ["filter"], "attributes.type = (");

test("what a replacement that fails has removed is made again by the next run", async (t) => {
  const { up, hasSubscription } = await setUp(t);
  await assert.rejects(up([mistyped]), /dead-letters-subscription .*cannot be deployed/);
  assert.ok(!hasSubscription());
  await up();
  assert.ok(hasSubscription());
});

test("after a replacement that failed, everything can be destroyed", async (t) => {
  const { deployment, up, hasSubscription } = await setUp(t);
  await assert.rejects(up([mistyped]));
  await deployment.destroy();
  assert.ok(!hasSubscription());
  assert.ok(!deployment.pubsub.hasTopic(TOPIC));
  await deployment.destroy();
});

test("what somebody else has deleted is removed already", async (t) => {
  const { deployment } = await setUp(t);
  const { pubsub, bucket } = deployment;
  pubsub.deleteSubscription(SUBSCRIPTION);
  pubsub.deleteTopic(TOPIC);
  for (const { inputs } of PROGRAM.resources.filter(({ type }) => type.endsWith(":Bucket")))
    bucket.deleteBucket(String(inputs["name"]), "delete");
  await deployment.destroy();
});

test("what a run that failed has replaced is destroyed too", async (t) => {
  const { deployment, up } = await setUp(t);
  const renamed = withInput(named("dead-letters-topic"), ["name"], "another");
  await assert.rejects(up([renamed, mistyped]));
  assert.ok(deployment.pubsub.hasTopic("projects/local/topics/another"));
  await deployment.destroy();
  for (const topic of [TOPIC, "projects/local/topics/another"])
    assert.ok(!deployment.pubsub.hasTopic(topic), topic);
});

test("two resources of one type and name in a run are refused", async (t) => {
  const { deployment, up } = await setUp(t);
  const topic = named("dead-letters-topic");
  await deployment.deploy(topic);
  await assert.rejects(
    deployment.deploy(withInput(topic, ["name"], "another")),
    /Duplicate resource URN 'gcp:pubsub\/topic:Topic::mixpanel-import-dead-letters-topic'/,
  );
  // That run has failed; the next one is another.
  await up();
});

test("what a run that failed has made, and the next one has not, is taken away", async (t) => {
  const { deployment, up } = await setUp(t);
  const topic = withName(withInput(named("dead-letters-topic"), ["name"], "added"), "added");
  const program = { ...PROGRAM, resources: [...PROGRAM.resources, { ...topic, dependsOn: [] }] };
  await assert.rejects(up([mistyped], program));
  assert.ok(deployment.pubsub.hasTopic("projects/local/topics/added"));
  await up();
  assert.ok(!deployment.pubsub.hasTopic("projects/local/topics/added"));
  assert.ok(deployment.pubsub.hasTopic(TOPIC));
});

test("what is protected from now on may be replaced once more, and then not", async (t) => {
  const { deployment, up } = await setUp(t);
  const bucket = { ...named("landing-bucket"), protect: true };
  const inBucket = (name: string): Resource[] => [
    withInput(bucket, ["name"], name),
    ...PROGRAM.resources
      .filter(({ inputs }) => inputs["bucket"] === "local-landing")
      .map((resource) => withInput(resource, ["bucket"], name)),
  ];
  await up(inBucket("other-landing"));
  assert.ok(deployment.bucket.hasBucket("other-landing"));
  await assert.rejects(up(inBucket("third-landing")), /it is protected, and cannot be replaced/);
});

test("what a secret holds, and its grants, go with it and are made anew", async (t) => {
  const { deployment, up } = await setUp(t);
  const { policy } = deployment;
  const may = (): boolean => policy.allows(OBJECTS, "secretmanager.versions.access", TOKEN_VERSION);
  const elsewhere = withInput(named("token-secret"), ["replication", "userManaged"], {
    replicas: [{ location: "europe-west1" }],
  });
  await up([elsewhere]);
  assert.ok(may());
  await deployment.deploy(named("token-secret"));
  assert.ok(!may(), "before its grants are deployed again");
});

for (const [what, name, resource] of [
  ["topic", "dead-letters-topic", TOPIC],
  ["bucket", "landing-bucket", "projects/_/buckets/local-landing"],
] as const)
  test(`the policy of a ${what} goes with it`, async (t) => {
    const { deployment, up } = await setUp(t);
    const { policy } = deployment;
    const grants = () => policy.grants().filter((grant) => grant.resource === resource).length;
    assert.ok(grants() > 0);
    const renamed = withInput({ ...named(name), retainOnDelete: false }, ["name"], "renamed-one");
    // Its grants stay what they are, as when they name it by hand.
    await up([renamed]);
    assert.equal(grants(), 0);
  });

test("what a deleted account was granted is nothing to a new one of its name", async (t) => {
  const { deployment, up } = await setUp(t);
  const account = named("import-object-identity-account");
  const may = (): boolean => deployment.policy.allows(OBJECTS, "pubsub.topics.publish", TOPIC);
  assert.ok(may());
  await up([withInput(account, ["accountId"], "another-account-id")]);
  assert.ok(!may());
  await up();
  assert.ok(!may());
});

test("a bucket is replaced by one elsewhere, for which its name is taken", async (t) => {
  const { deployment, up } = await setUp(t);
  const bucket = named("landing-bucket");
  await deployment.bucket.put("local-landing", "file", Buffer.from("x"));
  await up([withInput(bucket, ["location"], String(bucket.inputs["location"]).toLowerCase())]);
  await assert.rejects(up([withInput(bucket, ["location"], "europe-west1")]), /landing-bucket/);
  assert.equal(deployment.bucket.list("local-landing").length, 1);
});

test("an account that is not there cannot push", async (t) => {
  const { deployment } = await setUp(t);
  const push = DEFAULT_PROGRAM.resources.find(({ name }) =>
    name.endsWith("object-push-subscription"),
  );
  assert.ok(push);
  const email = "nobody@local.iam.gserviceaccount.com";
  const path = ["pushConfig", "oidcToken", "serviceAccountEmail"];
  await assert.rejects(
    deployment.deploy(withInput(push, path, email)),
    /Service account nobody@local.iam.gserviceaccount.com does not exist/,
  );
});
