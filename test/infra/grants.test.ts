import assert from "node:assert/strict";
import { test } from "node:test";

import * as pulumi from "@pulumi/pulumi";

import { Grants } from "../../infra/grants.ts";

const role = "roles/x.y";
const member = "serviceAccount:a@acme.iam.gserviceaccount.com";

test("commands are told in the order in which they can be run, each list as soon as it is known", async () => {
  const grants = new Grants({ isManaged: false, project: "acme" });
  // A function that cannot be built for want of the grants: its name is never known.
  const never = pulumi.output(new Promise<string>(() => undefined));
  const location = "us-east1";
  const key = "projects/acme/locations/us-east1/keyRings/r/cryptoKeys/k";
  grants.give("a", { role, member, on: { kind: "function", functionName: never, location } }, {});
  grants.give("b", { role, member, on: { kind: "bucket", bucket: "b" } }, {});
  grants.give("c", { role, member, on: { kind: "secret", secretId: "s" } }, {});
  grants.give("d", { role, member, on: { kind: "key", key } }, {});

  const told: string[][] = [];
  const lists = grants.noted();
  assert.equal(lists.length, 3);
  for (const list of lists)
    list.apply((commands) => {
      told.push(commands.map((command) => command.split(" add-iam")[0] ?? ""));
    });
  await new Promise(setImmediate);
  assert.deepEqual(told, [["gcloud kms keys"], ["gcloud storage buckets", "gcloud secrets"]]);
});

test("whoever puts something in is let in last: before that, it would be lost", async () => {
  const grants = new Grants({ isManaged: false, project: "acme" });
  const location = "us-east1";
  grants.give("a", { role, member, on: { kind: "bucket", bucket: "inlet" }, opensInlet: true }, {});
  grants.give("b", { role, member, on: { kind: "function", functionName: "f", location } }, {});
  grants.give("c", { role, member, on: { kind: "bucket", bucket: "b" } }, {});

  const told: string[] = [];
  for (const list of grants.noted())
    list.apply((commands) => {
      told.push(...commands.map((command) => command.replace(/ --.*/, "")));
    });
  await new Promise(setImmediate);
  assert.deepEqual(told, [
    "gcloud storage buckets add-iam-policy-binding gs://b",
    "gcloud run services add-iam-policy-binding f",
    "gcloud storage buckets add-iam-policy-binding gs://inlet",
  ]);
});

test("what is made is not told", () => {
  assert.deepEqual(new Grants({ isManaged: true, project: "acme" }).noted(), []);
});
