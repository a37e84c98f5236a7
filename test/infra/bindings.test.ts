import assert from "node:assert/strict";
import { test } from "node:test";

import { bindingsOf } from "./support/bindings.ts";
import { CONFIGURATIONS } from "./support/configurations.ts";
import { type ProgramRun, runProgram } from "./support/run-program.ts";

/** Every binding of the default stack; one more, or one less, is a decision. */
const EXPECTED = [
  "Cloud Functions agent: roles/artifactregistry.reader on repository images",
  "Cloud Storage agent: roles/pubsub.publisher on topic objects",
  "Pub/Sub agent: roles/iam.serviceAccountTokenCreator on account invoker",
  "Pub/Sub agent: roles/pubsub.publisher on topic dead-letters",
  "Pub/Sub agent: roles/pubsub.subscriber on subscription events",
  "Pub/Sub agent: roles/pubsub.subscriber on subscription objects",
  "build: roles/artifactregistry.writer on repository images",
  "build: roles/logging.logWriter on project",
  "build: roles/storage.objectViewer on project, only buckets gcf-v2-sources-…",
  "invoker: roles/run.invoker on function import-messages",
  "invoker: roles/run.invoker on function import-object",
  "messages: roles/pubsub.publisher on topic dead-letters",
  "messages: roles/secretmanager.secretAccessor on secret token",
  "objects: roles/pubsub.publisher on topic dead-letters",
  "objects: roles/pubsub.publisher on topic objects",
  "objects: roles/secretmanager.secretAccessor on secret token",
  "objects: roles/storage.objectUser on bucket receipts",
  "objects: roles/storage.objectViewer on bucket landing",
];

async function sentences(name: string): Promise<string[]> {
  const { registrations } = await runProgram(CONFIGURATIONS[name] ?? {});
  return bindingsOf(registrations).map(({ member, role, on }) => `${member}: ${role} on ${on}`);
}

test("the default stack grants exactly this", async () => {
  assert.deepEqual(await sentences("defaults"), EXPECTED);
});

test("uploaders may write to the own bucket, publishers publish to the own topic", async () => {
  const added = (await sentences("everything overridden")).filter(
    (line) => !EXPECTED.includes(line),
  );
  assert.deepEqual(added, [
    "etl: roles/storage.objectUser on bucket acme-landing",
    "group:data: roles/storage.objectUser on bucket acme-landing",
    "objects: roles/storage.objectViewer on bucket acme-landing",
    "user:ann: roles/pubsub.publisher on topic events",
  ]);
});

test("on an existing bucket only reading is granted, on an existing topic nothing", async () => {
  const lines = await sentences("existing bucket and topic");
  assert.deepEqual(
    lines.filter((line) => !EXPECTED.includes(line)),
    ["objects: roles/storage.objectViewer on bucket their-bucket"],
  );
  assert.equal(lines.length, EXPECTED.length);
});

test("the agent that announces objects is that of the bucket's project", async () => {
  const own = await runProgram();
  const existing = await runProgram(CONFIGURATIONS["existing bucket and topic"] ?? {});
  const token = "gcp:storage/getProjectServiceAccount:getProjectServiceAccount";
  const asked = (run: ProgramRun) => run.calls.filter((call) => call.token === token);
  assert.deepEqual(asked(own), [{ token, inputs: { project: "acme-data" } }]);
  assert.deepEqual(asked(existing), [{ token, inputs: { project: "their-project" } }]);
});
