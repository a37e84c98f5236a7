import assert from "node:assert/strict";
import { test } from "node:test";

import { commandFor } from "../../infra/grant-command.ts";
import type { Grant } from "../../infra/grants.ts";

const member = "serviceAccount:a@acme.iam.gserviceaccount.com";

const CASES: readonly { on: Grant["on"]; command: string }[] = [
  {
    on: { kind: "project", project: "acme" },
    command: "gcloud projects add-iam-policy-binding acme",
  },
  {
    on: { kind: "topic", topic: "projects/their/topics/t" },
    command: "gcloud pubsub topics add-iam-policy-binding projects/their/topics/t",
  },
  {
    on: { kind: "subscription", subscription: "s" },
    command: "gcloud pubsub subscriptions add-iam-policy-binding s --project=acme",
  },
  {
    on: { kind: "bucket", bucket: "b" },
    command: "gcloud storage buckets add-iam-policy-binding gs://b",
  },
  {
    on: { kind: "secret", secretId: "token" },
    command: "gcloud secrets add-iam-policy-binding token --project=acme",
  },
  {
    on: {
      kind: "account",
      account: "projects/acme/serviceAccounts/i@acme.iam.gserviceaccount.com",
    },
    command:
      "gcloud iam service-accounts add-iam-policy-binding i@acme.iam.gserviceaccount.com --project=acme",
  },
  {
    on: { kind: "repository", repository: "images", location: "us-east1" },
    command:
      "gcloud artifacts repositories add-iam-policy-binding images --location=us-east1 --project=acme",
  },
  {
    on: { kind: "function", functionName: "f", location: "us-east1" },
    command: "gcloud run services add-iam-policy-binding f --region=us-east1 --project=acme",
  },
  {
    on: { kind: "key", key: "projects/keys/locations/us-east1/keyRings/r/cryptoKeys/k" },
    command:
      "gcloud kms keys add-iam-policy-binding k --keyring=r --location=us-east1 --project=keys",
  },
];

const textOf = (given: Grant): Promise<string> =>
  new Promise((resolve) => {
    commandFor(given, "acme").apply(resolve);
  });

for (const { on, command } of CASES)
  test(`a grant on a ${on.kind} is one command`, async () => {
    const condition = on.kind === "project" ? " --condition=None" : "";
    assert.equal(
      await textOf({ role: "roles/x.y", member, on }),
      `${command} --member=${member} --role=roles/x.y${condition}`,
    );
  });

test("a condition is one word of the shell", async () => {
  const condition = {
    title: "sources",
    description: "Google's buckets",
    expression: 'resource.name.startsWith("projects/_/buckets/x-")',
  };
  const on = { kind: "project", project: "acme", condition } as const;
  assert.equal(
    await textOf({ role: "roles/x.y", member, on }),
    `gcloud projects add-iam-policy-binding acme --member=${member} --role=roles/x.y ` +
      `'--condition=expression=resource.name.startsWith("projects/_/buckets/x-"),title=sources,` +
      `description=Google'\\''s buckets'`,
  );
});
