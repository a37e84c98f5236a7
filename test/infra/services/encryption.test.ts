import assert from "node:assert/strict";
import { test } from "node:test";

import { bindingsOf } from "../support/bindings.ts";
import { CONFIGURATIONS, KEY } from "../support/configurations.ts";
import { graphOf } from "../support/graph.ts";
import { ofType } from "../support/invariants.ts";
import { record, runProgram } from "../support/run-program.ts";

const encrypted = await runProgram({ config: { kmsKey: KEY, transformSecret: "s" } });
const grants = ofType(encrypted.registrations, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember");

/** Where each type that can be encrypted says with what. */
const KEY_OF: Readonly<Record<string, (inputs: Record<string, unknown>) => unknown>> = {
  "gcp:storage/bucket:Bucket": ({ encryption }) => record(encryption)["defaultKmsKeyName"],
  "gcp:pubsub/topic:Topic": ({ kmsKeyName }) => kmsKeyName,
  "gcp:artifactregistry/repository:Repository": ({ kmsKeyName }) => kmsKeyName,
  "gcp:cloudfunctionsv2/function:Function": ({ kmsKeyName }) => kmsKeyName,
  "gcp:secretmanager/secret:Secret": ({ replication }) => {
    const { replicas } = record(record(replication)["userManaged"]);
    const [replica] = Object.values(record(replicas)).map(record);
    return record(replica?.["customerManagedEncryption"])["kmsKeyName"];
  },
};

test("everything that is kept is encrypted with the key", () => {
  const keys = encrypted.registrations.flatMap(({ type, name, inputs }) => {
    const keyOf = KEY_OF[type];
    return keyOf === undefined ? [] : [[name, keyOf({ ...inputs })]];
  });
  // Three buckets, three topics, two secrets, two functions, one repository.
  assert.equal(keys.length, 11);
  assert.deepEqual(
    keys.filter(([, key]) => key !== KEY),
    [],
  );
});

test("every service that encrypts may, and nobody else", () => {
  const words = bindingsOf(grants).map(({ member, role, on }) => `${member}: ${role} on ${on}`);
  assert.deepEqual(
    words,
    [
      "Artifact Registry agent",
      "Cloud Functions agent",
      "Cloud Run agent",
      "Cloud Storage agent",
      "Eventarc agent",
      "Pub/Sub agent",
      "Secret Manager agent",
    ].map((agent) => `${agent}: roles/cloudkms.cryptoKeyEncrypterDecrypter on key mixpanel`),
  );
});

test("nothing is encrypted before the grants work", () => {
  const graph = graphOf(encrypted.registrations);
  for (const { hooks } of grants) {
    assert.equal(hooks.afterCreate.length, 1, "waits until the grant works");
    assert.ok(
      hooks.onError.some((hook) => hook.endsWith("-retry")),
      "tries while it is not known",
    );
  }
  for (const { name, type } of encrypted.registrations) {
    if (KEY_OF[type] === undefined) continue;
    const awaited = graph.awaitedBy(name);
    for (const grant of grants) assert.ok(awaited.has(grant.name), `${name}: ${grant.name}`);
  }
});

test("the grants outlive the stack: others use them, and what was encrypted has to be read", () => {
  assert.deepEqual(
    grants.filter(({ retainOnDelete }) => !retainOnDelete),
    [],
  );
});

test("an agent is there before the key is given to it", () => {
  const graph = graphOf(encrypted.registrations);
  for (const service of ["artifactregistry", "eventarc", "secretmanager", "pubsub", "run"])
    assert.ok(
      graph
        .awaitedBy(`mixpanel-import-${service}-may-encrypt`)
        .has(`mixpanel-import-agents-${service}`),
      service,
    );
  assert.ok(encrypted.registrations.some(({ name }) => name === "mixpanel-import-apis-eventarc"));
});

test("Cloud Storage of the stack's own project gets the key, wherever the files land", async () => {
  const { calls } = await runProgram(
    CONFIGURATIONS["encrypted, with nothing managed and an existing bucket"],
  );
  const token = "gcp:storage/getProjectServiceAccount:getProjectServiceAccount";
  const asked = calls.filter((call) => call.token === token).map(({ inputs }) => inputs);
  assert.deepEqual(asked, [{ project: "their-project" }, { project: "acme-data" }]);
});

test("without a key nothing of it is there", async () => {
  const { registrations } = await runProgram();
  const text = JSON.stringify(registrations.map(({ inputs }) => inputs));
  assert.doesNotMatch(text, /kmsKey|customerManagedEncryption|cloudkms|eventarc/i);
});
