import assert from "node:assert/strict";
import { mock, test } from "node:test";

import type * as pulumi from "@pulumi/pulumi";

import { API_IS_NEW, retryCall } from "../../../infra/services/propagation.ts";
import { recordStack } from "../simulation/recorded-stack.ts";
import { KEY } from "../support/configurations.ts";

const TOPIC = "gcp:pubsub/topic:Topic";
const NEW_API = "Error 403: Cloud Pub/Sub API has not been used in project 42 before";
const NO_KEY = "Error 403: Permission denied on Cloud KMS key.";

const hooks = new Map<string, Promise<pulumi.ErrorHook>>();

/** The hook of a topic, and of every other resource, with these settings. */
function hookOf(config: Readonly<Record<string, string>>): Promise<pulumi.ErrorHook> {
  const key = JSON.stringify(config);
  const hook = hooks.get(key) ?? recordHook(config);
  hooks.set(key, hook);
  return hook;
}

async function recordHook(config: Readonly<Record<string, string>>): Promise<pulumi.ErrorHook> {
  const { resources } = await recordStack({ config });
  const topic = resources.find(({ type }) => type === TOPIC);
  const hook = topic?.run.onError.find(({ name }) => name === "mixpanel-import-refused");
  assert.ok(hook);
  return hook;
}

const CASES = [
  { name: "a new API", error: NEW_API, again: true },
  { name: "a new API, not ours to enable", error: NEW_API, config: { manageServices: "false" } },
  { name: "serviceusage, off", error: NEW_API, type: "gcp:projects/service:Service" },
  {
    name: "a function, whatever it says",
    error: NEW_API,
    type: "gcp:cloudfunctionsv2/function:Function",
  },
  {
    name: "a new metric",
    error: "Error 404: Cannot find metric(s) that match type = x",
    again: true,
  },
  { name: "a key, just granted", error: NO_KEY, config: { kmsKey: KEY }, again: true },
  {
    name: "a key that is Pub/Sub's to name",
    error:
      "Cloud Pub/Sub did not have the necessary permissions: grant the Cloud KMS CryptoKey Encrypter/Decrypter role",
    config: { kmsKey: KEY },
    again: true,
  },
  { name: "a key, granted by others", error: NO_KEY, config: { kmsKey: KEY, manageIam: "false" } },
  {
    name: "a key whose policy is not the deployer's",
    error: "Permission 'cloudkms.cryptoKeys.setIamPolicy' denied on resource",
    config: { kmsKey: KEY },
    type: "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
  },
  { name: "anything else", error: "Error 400: the name is wrong" },
  { name: "an update", error: NEW_API, failedOperation: "update" },
];

for (const { name, error, config = {}, type = TOPIC, again = false, failedOperation } of CASES)
  test(`${name} is ${again ? "tried again in 10 s, for ten minutes" : "final"}`, async (t) => {
    const hook = await hookOf(config);
    const failure = {
      urn: "",
      id: "",
      name: "",
      type,
      failedOperation: failedOperation ?? "create",
    };
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const decision = hook.callback({ ...failure, errors: [error] });
    t.mock.timers.tick(10_000);
    assert.equal(await decision, again);
    assert.equal(await hook.callback({ ...failure, errors: Array<string>(61).fill(error) }), false);
  });

test("of what is there already it says how to take it over, and does not try again", async () => {
  const hook = await hookOf({});
  const said: string[] = [];
  const spy = mock.method(globalThis.console, "warn", (line: string) => {
    said.push(line);
  });
  const failure = { urn: "urn:t", id: "", name: "t", type: TOPIC, failedOperation: "create" };
  const errors = ["Error 409: Resource already exists in the project (resource=t)."];
  assert.equal(await hook.callback({ ...failure, newInputs: { name: "t" }, errors }), false);
  spy.mock.restore();
  assert.match(
    said.join("\n"),
    /pulumi refresh --yes --import-pending-creates 'urn:t' --import-pending-creates 'projects\/acme-data\/topics\/t'/,
  );
});

test("a call is made again while the API is too new, and fails with what is said last", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let calls = 0;
  const call = retryCall(() => {
    calls += 1;
    return Promise.reject(new Error(calls < 3 ? NEW_API : "Error 403: denied"));
  }, API_IS_NEW);
  const failed = assert.rejects(call, /denied/);
  for (let round = 0; round < 3; round += 1) {
    await new Promise(setImmediate);
    t.mock.timers.tick(10_000);
  }
  await failed;
  assert.equal(calls, 3);
});
