import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";

import { startDeployment } from "../../local/deployment/deployment.ts";
import { localProgram } from "../../local/deployment/program/local-config.ts";
import { recordProgram } from "../../local/deployment/program/record-program.ts";
import {
  deployRecorded,
  LOCAL_PROJECT,
  withoutResources,
} from "../../local/deployment/recorded-program.ts";
import type { Resource } from "../../local/deployment/resource.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { up } from "./support/up.ts";

const KEY = "projects/keys/locations/us-central1/keyRings/ring/cryptoKeys/key";
/** The program is not to be started: what is made with a key is refused before. */
const NO_ARCHIVE = Buffer.alloc(0);

const folder = await mkdtemp(path.join(tmpdir(), "mixpanel-gcp-encryption-"));
after(() => rm(folder, { recursive: true, force: true }));

const encrypted = await startDeployment({ ...LOCAL_PROJECT, folder });
after(() => encrypted.stop());
const run = await up(encrypted, localProgram({ "mixpanel-gcp:kmsKey": KEY }));
const program = recordProgram(run);

test("whatever is made with a key is made after the grant that it needs", () => {
  const withKey = run.steps.filter(({ resource }) => JSON.stringify(resource.inputs).includes(KEY));
  const types = new Set(withKey.map(({ resource }) => resource.type.replace(/^.*:/, "")));
  assert.deepEqual([...types].sort(), [
    ...["Bucket", "CryptoKeyIAMMember", "Function", "Repository", "Secret", "Topic"],
  ]);
  assert.deepEqual(encrypted.policy.denials(), []);
});

/** What cannot be made while an agent may not use the key, and how that is said. */
const NEEDS: readonly (readonly [agent: string, refused: RegExp])[] = [
  ["storage", /Bucket\) cannot be deployed:.* Cloud Storage service account/],
  ["pubsub", /Topic\) cannot be deployed:.* Cloud Pub\/Sub service account/],
  ["secretmanager", /Secret\) cannot be deployed:.* Secret Manager service account/],
  ["artifactregistry", /Repository\) cannot be deployed:.* Artifact Registry service account/],
  ["cloudfunctions", /Function\) cannot be deployed:.* Cloud Functions service account/],
  ["run", /Function\) cannot be deployed:.* Cloud Run service account/],
  ["eventarc", /Function\) cannot be deployed:.* Eventarc service account/],
];

test("there is a grant for each of them, and no other", () => {
  const grants = program.resources.filter(({ type }) => type.endsWith(":CryptoKeyIAMMember"));
  assert.equal(grants.length, NEEDS.length);
});

for (const [agent, refused] of NEEDS)
  test(`without the key's grant to ${agent} nothing is made that it encrypts`, async (t) => {
    const deployment = await startDeployment({
      ...LOCAL_PROJECT,
      folder: await temporaryFolder(t),
    });
    t.after(() => deployment.stop());
    const isTheGrant = ({ name }: Resource): boolean => name.endsWith(`-${agent}-may-encrypt`);
    const grant = program.resources.find(isTheGrant);
    assert.ok(grant);
    const without = {
      ...program,
      // What waits for the grant is made all the same.
      resources: program.resources
        .filter((one) => one !== grant)
        .map((one) => ({
          ...one,
          dependsOn: one.dependsOn.flatMap((name) =>
            name === grant.name ? grant.dependsOn : [name],
          ),
        })),
    };
    await assert.rejects(deployRecorded(deployment, without, { archive: NO_ARCHIVE }), refused);
    assert.equal(deployment.functions.size, 0);
  });

test("another key is refused, too, when it may not be used", async () => {
  const bucket = program.resources.find(({ name }) => name.endsWith("-receipts"));
  assert.ok(bucket);
  const encryption = { defaultKmsKeyName: `${KEY}-2` };
  const changed = { ...bucket, inputs: { ...bucket.inputs, encryption } };
  await assert.rejects(encrypted.deploy(changed), /Permission denied on Cloud KMS key/);
});

test("a program is left without what waits for a resource that is left out", () => {
  const isTopic = ({ name }: Resource): boolean => name.endsWith("-events-topic");
  const names = new Set(withoutResources(program, isTopic).resources.map(({ name }) => name));
  assert.ok(!names.has("mixpanel-import-import-messages-push-subscription"));
  assert.ok(!names.has("mixpanel-import-import-messages-push-may-be-acknowledged-by-pubsub"));
  assert.ok(names.has("mixpanel-import-import-messages-function"));
});
