import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, test } from "node:test";

import { Storage } from "@google-cloud/storage";

import type { Resource } from "../../local/deployment/resource.ts";
import { startDeployment } from "../../local/deployment/deployment.ts";
import { PROJECT_ID } from "../infra/support/run-program.ts";
import { temporaryFolder } from "../local/bucket/started-server.ts";
import { startTestDeployment } from "./support/test-deployment.ts";

const EMAIL = "objects@acme-data.iam.gserviceaccount.com";
const MEMBER = `serviceAccount:${EMAIL}`;
const TOPIC = "projects/acme-data/topics/events";
const SUBSCRIPTION = "projects/acme-data/subscriptions/events";
const LANDING = "projects/_/buckets/landing";

const started = await startTestDeployment();
after(() => started.stop());
const { deployment } = started;
const { bucket, pubsub, policy } = deployment;
bucket.createBucket("landing", { versioning: true, lifecycle: [] });
pubsub.createTopic(TOPIC);
pubsub.createSubscription({ name: SUBSCRIPTION, topic: TOPIC });
await bucket.put("landing", "a.ndjson", Buffer.from("{}"));
const addresses = await deployment.addressesOf(EMAIL);

const give = (role: string, resource: string) => {
  const grant = { member: MEMBER, role, resource };
  policy.add(grant);
  return grant;
};

async function storage(method: string, path: string, body?: string): Promise<[number, string]> {
  const response = await fetch(`${addresses.storage}${path}`, { method, body: body ?? null });
  if (response.ok) return [response.status, ""];
  const { error } = (await response.json()) as {
    error: { message: string; errors: { reason: string }[] };
  };
  return [response.status, `${error.errors[0]?.reason ?? ""}: ${error.message}`];
}

const denied = (permission: string, kind: string): [number, string] => [
  403,
  `forbidden: ${EMAIL} does not have ${permission} access to the Google Cloud Storage ${kind}. ` +
    `Permission '${permission}' denied on resource (or it may not exist).`,
];

const OBJECT = "/storage/v1/b/landing/o/a.ndjson";
const UPLOAD = "/upload/storage/v1/b/landing/o?uploadType=media&name=a.ndjson";

test("Cloud Storage refuses what is not granted, in its words", async () => {
  assert.deepEqual(await storage("GET", OBJECT), denied("storage.objects.get", "object"));
  const media = await storage("GET", `${OBJECT}?alt=media`);
  assert.deepEqual(media, denied("storage.objects.get", "object"));
  assert.deepEqual(
    await storage("GET", "/storage/v1/b/landing/o"),
    denied("storage.objects.list", "bucket"),
  );
  const upload = await storage("POST", UPLOAD, "{}");
  assert.deepEqual(upload, denied("storage.objects.create", "object"));
  assert.deepEqual(
    await storage("GET", "/storage/v1/b/landing"),
    denied("storage.buckets.get", "bucket"),
  );
});

test("what is granted works, and no more: who reads does not write", async () => {
  const grant = give("roles/storage.objectViewer", LANDING);
  assert.deepEqual(await storage("GET", OBJECT), [200, ""]);
  assert.deepEqual(await storage("GET", `${OBJECT}?alt=media`), [200, ""]);
  const missing = await storage("GET", "/storage/v1/b/landing/o/none");
  assert.deepEqual(missing, [404, "notFound: No such object: landing/none"]);
  const upload = await storage("POST", UPLOAD, "{}");
  assert.deepEqual(upload, denied("storage.objects.create", "object"));
  const remove = await storage("DELETE", OBJECT);
  assert.deepEqual(remove, denied("storage.objects.delete", "object"));
  policy.remove(grant);
});

test("Google's client for Node is told the same", async () => {
  const client = new Storage({ apiEndpoint: addresses.storage, projectId: PROJECT_ID });
  const file = client.bucket("landing").file("a.ndjson");
  await assert.rejects(file.getMetadata(), { code: 403, message: /storage\.objects\.get access/ });
  const grant = give("roles/storage.objectUser", LANDING);
  await file.save("{}", { resumable: false });
  policy.remove(grant);
});

const publish = async () => {
  const body = JSON.stringify({ messages: [{ data: "e30=" }] });
  const url = `http://${addresses.pubsub}/v1/${TOPIC}:publish`;
  const response = await fetch(url, { method: "POST", body });
  return [response.status, await response.json()] as const;
};

test("Pub/Sub refuses what is not granted, in its words", async () => {
  const message = "User not authorized to perform this action.";
  const refusal = { error: { code: 403, message, status: "PERMISSION_DENIED" } };
  assert.deepEqual(await publish(), [403, refusal]);
  const grant = give("roles/pubsub.publisher", TOPIC);
  assert.equal((await publish())[0], 200);
  policy.remove(grant);
  for (const verb of ["pull", "acknowledge", "modifyAckDeadline"]) {
    const url = `http://${addresses.pubsub}/v1/${SUBSCRIPTION}:${verb}`;
    const body = JSON.stringify({ maxMessages: 1, returnImmediately: true });
    const response = await fetch(url, { method: "POST", body });
    assert.deepEqual(await response.json(), refusal, verb);
  }
});

test("whoever the machine belongs to may do everything", async () => {
  assert.equal((await fetch(`${bucket.url}${OBJECT}`)).status, 200);
  assert.equal((await fetch(`${pubsub.url}/v1/${TOPIC}`)).status, 200);
});

test("an account has the same addresses each time, and shares them with nobody", async () => {
  assert.deepEqual(await deployment.addressesOf(EMAIL), addresses);
  const others = await deployment.addressesOf("messages@acme-data.iam.gserviceaccount.com");
  assert.notEqual(others.storage, addresses.storage);
  assert.notEqual(others.pubsub, addresses.pubsub);
});

test("a notification is refused as long as Cloud Storage may not publish", async () => {
  await deployment.deploy({
    type: "gcp:projects/service:Service",
    name: "storage",
    inputs: { service: "storage.googleapis.com" },
  });
  const notification: Resource = {
    type: "gcp:storage/notification:Notification",
    name: "notification",
    inputs: {
      bucket: "landing",
      topic: TOPIC,
      payloadFormat: "JSON_API_V1",
      eventTypes: ["OBJECT_FINALIZE"],
    },
  };
  await assert.rejects(
    deployment.deploy(notification),
    /403: The service account 'service-42@gs-project-accounts[^']*' does not have permission to publish/,
  );
  policy.add({
    member: "serviceAccount:service-42@gs-project-accounts.iam.gserviceaccount.com",
    role: "roles/pubsub.publisher",
    resource: TOPIC,
  });
  const second = { ...notification, name: "second" };
  const made = [await deployment.deploy(notification), await deployment.deploy(second)];
  assert.deepEqual(
    made.map(({ id }) => id),
    ["landing/notificationConfigs/1", "landing/notificationConfigs/2"],
  );
  pubsub.acknowledge(
    SUBSCRIPTION,
    pubsub.pull(SUBSCRIPTION, 100).map(({ ackId }) => ackId),
  );
  await bucket.put("landing", "b.ndjson", Buffer.from("{}"));
  const configs = pubsub
    .pull(SUBSCRIPTION, 100)
    .map(({ message }) => message.attributes["notificationConfig"]);
  assert.deepEqual(configs, [
    "projects/_/buckets/landing/notificationConfigs/1",
    "projects/_/buckets/landing/notificationConfigs/2",
  ]);
});

test("when one of the services cannot start, none is left running", async () => {
  const folder = await temporaryFolder();
  const port = await freePort();
  const failed = startDeployment({
    project: PROJECT_ID,
    projectNumber: "42",
    folder,
    pubsub: { port },
    existing: { buckets: ["NOT A NAME"] },
  });
  await assert.rejects(failed);
  // Free again.
  await freePort(port);
});

/** A port that is free, or the one given. @throws Error when it is not */
function freePort(port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" ? (address?.port ?? 0) : 0);
      });
    });
  });
}
