import assert from "node:assert/strict";
import { after, test, type TestContext } from "node:test";
import { isDeepStrictEqual } from "node:util";

import type { Deployment } from "../../local/deployment/deployment.ts";
import { recordProgram } from "../../local/deployment/program/record-program.ts";
import { ARCHIVE_TYPE, deployRecorded } from "../../local/deployment/recorded-program.ts";
import { permissionsOf } from "../../local/deployment/roles.ts";
import type { Resource } from "../../local/deployment/resource.ts";
import { PROJECT_ID, TOKEN } from "../infra/support/run-program.ts";
import { until } from "../support/until.ts";
import { DONE, HURRY, PROBES, probeWithout, PUBLISHER, UPLOADER } from "./support/grant-probes.ts";
import { NEEDED_GRANTS, wordsOf } from "./support/needed-grants.ts";
import { withInput } from "./support/with-input.ts";
import { addressesIn, startTestDeployment } from "./support/test-deployment.ts";
import { up } from "./support/up.ts";
import {
  ALL_ARRIVES,
  base64,
  eventOf,
  isImported,
  receiptsOf,
  sendTraffic,
  sendUndeliverable,
  takeDeadLetters,
} from "./support/traffic.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TRANSFORM_SECRET = "planted-secret-c0de";

// The program runs once in this file; what is planted below is planted in what it registered.
const first = await startTestDeployment();
after(() => first.stop());
const { deployment, timers } = first;
const settings = {
  mixpanelToken: TOKEN,
  transformSecret: TRANSFORM_SECRET,
  uploaders: JSON.stringify([`serviceAccount:${UPLOADER}`]),
  publishers: JSON.stringify([`serviceAccount:${PUBLISHER}`]),
  // An import can be interrupted between two events.
  batchEvents: "1",
  maxInFlight: "1",
};
const run = await up(deployment, {
  config: {
    ...Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`mixpanel-gcp:${key}`, value]),
    ),
    "gcp:project": PROJECT_ID,
  },
});
const { steps } = run;
const made = new Map(steps.map(({ resource, deployed }) => [resource.name, deployed]));
const addresses = addressesIn(made);

test("what is put into the deployed program arrives", async () => {
  assert.deepEqual(await sendTraffic(deployment, addresses), ALL_ARRIVES);
});

const probed = { deployment, to: addresses, timers, steps };
const { policy } = deployment;

test("no grant is missing: nothing that the stack is for is denied", async () => {
  timers.hurry(HURRY);
  assert.deepEqual(policy.denials(), []);
  for (const probe of ["continuation", "uploaded", "published"] as const) {
    assert.equal(await PROBES[probe](probed), DONE, probe);
    await deployment.idle();
  }
  assert.deepEqual(policy.denials(), []);
  for (const probe of ["messageGivenUp", "objectGivenUp"] as const)
    assert.equal(await PROBES[probe](probed), DONE, probe);
});

test("each grant has a row in docs/permissions.md, and no other has", () => {
  const rows = NEEDED_GRANTS.map(({ member, role, on }) => `${member} ${role} ${on}`);
  const granted = policy.grants().map(wordsOf);
  assert.deepEqual(granted.map(({ member, role, on }) => `${member} ${role} ${on}`).sort(), rows);
});

for (const { member, role, on, probe, symptom } of NEEDED_GRANTS)
  test(`${member} needs ${role} on ${on}`, async () => {
    const grant = policy
      .grants()
      .find((one) => isDeepStrictEqual(wordsOf(one), { member, role, on }));
    assert.ok(grant);
    assert.match(await probeWithout(probed, grant, PROBES[probe]), symptom);
    const isDenied = policy
      .denials()
      .some((one) => one.member === grant.member && permissionsOf(role).includes(one.permission));
    assert.ok(isDenied, "what was denied is what the role is for");
  });

test("an instance that may not read the secret does not start, until it may again", async () => {
  timers.hurry(HURRY);
  const secret = policy.grants().filter(({ role }) => role.endsWith(".secretAccessor"));
  for (const grant of secret) policy.remove(grant);
  const running = deployment.functions.get(addresses.importMessages);
  running?.process.kill();
  await running?.process.current().exited;
  assert.match(await PROBES.message(probed), /^503 .*ECONNREFUSED/);
  assert.equal(running?.process.restarts(), 0);
  for (const grant of secret) policy.add(grant);
  await deployment.idle();
  assert.ok(running.process.restarts() > 0);
});

test("with every grant back, everything arrives again", async () => {
  timers.hurry(1);
  for (const probe of ["file", "message"] as const)
    assert.equal(await PROBES[probe](probed), DONE, probe);
});

const upload = (name: string, text: string): Promise<unknown> =>
  deployment.bucket.put(addresses.landingBucket, name, Buffer.from(text));

test("a file at a time, each delivered once, as long as a run may take", async () => {
  // A request to Mixpanel takes 50 s then.
  timers.hurry(50);
  deployment.simulator.setFaults([{ kind: "latency", ms: 1000, match: { event: "Slow" } }]);
  const { deliveries } = deployment.pubsub.stats(addresses.objectsSubscription);
  await upload("slow.ndjson", eventOf("slow", "Slow"));
  await upload("quick.ndjson", eventOf("quick"));
  await deployment.idle();
  const receipts = await receiptsOf(deployment, addresses);
  const [slow, quick] = [receipts["slow.ndjson"], receipts["quick.ndjson"]];
  assert.ok(String(slow?.["finishedAt"]) <= String(quick?.["startedAt"]));
  assert.equal(deployment.pubsub.stats(addresses.objectsSubscription).deliveries, deliveries + 2);
  deployment.simulator.setFaults([]);
});

test("an outage almost as long as retentionDays loses nothing, what is replaced meanwhile neither", async () => {
  const { pubsub, bucket } = deployment;
  timers.hurry(50);
  const invokers = policy.grants().filter(({ role }) => role === "roles/run.invoker");
  for (const grant of invokers) policy.remove(grant);
  await upload("waits.ndjson", `${eventOf("replaced")}\ndead for a month`);
  await upload("waits.ndjson", eventOf("replacement"));
  pubsub.publish(addresses.eventsTopic, [{ data: base64(eventOf("waits")) }]);
  const backingOff = (name: string): number => pubsub.stats(name).backingOff;
  await until(
    () =>
      backingOff(addresses.objectsSubscription) === 2 &&
      backingOff(addresses.eventsSubscription) === 1,
    "what is refused is not tried again at once",
  );
  timers.skip(7 * DAY_MS - HOUR_MS);
  await bucket.applyLifecycle();
  for (const grant of invokers) policy.add(grant);
  await deployment.idle();
  for (const id of ["replaced", "replacement", "waits"]) assert.ok(isImported(deployment, id), id);

  timers.skip(31 * DAY_MS - HOUR_MS);
  assert.ok(takeDeadLetters(deployment, addresses).includes("dead for a month"));
});

test("what nobody takes is forwarded after the attempts of the policy", async () => {
  const { deadLetters, attempts, ms } = await sendUndeliverable(deployment, addresses, timers);
  assert.deepEqual(deadLetters, ["nobody-takes-it"]);
  assert.equal(attempts, 100);
  // "About 16 hours", says docs/operate.md, beside the deadline that each attempt has.
  const hours = (ms - attempts * 600_000) / HOUR_MS;
  assert.ok(hours > 14 && hours < 17, `${hours} hours`);
});

test("the functions' environment is what is registered, and the addresses of the local services", () => {
  const environments = [...deployment.functions.values()].map(({ environment }) => environment);
  assert.equal(environments.length, 2);
  for (const environment of environments) {
    const { name, inputs } = functionOf(environment["K_SERVICE"] ?? "");
    const config = inputs["serviceConfig"] as { environmentVariables: Record<string, string> };
    const { MIXPANEL_URL, STORAGE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST, ...others } = environment;
    assert.ok(MIXPANEL_URL && STORAGE_EMULATOR_HOST && PUBSUB_EMULATOR_HOST, name);
    const expected = {
      ...config.environmentVariables,
      MIXPANEL_TOKEN: TOKEN,
      TRANSFORM_SECRET,
      K_SERVICE: String(inputs["name"]),
    };
    assert.deepEqual(others, expected);
  }
});

test("the landing bucket stays when the stack goes, as bucketOnDestroy says", () => {
  const retained = steps.filter(({ resource }) => resource.retainOnDelete === true);
  assert.deepEqual(
    retained.map(({ resource }) => resource.name),
    ["mixpanel-import-landing-bucket"],
  );
  assert.ok(!steps.some(({ resource }) => resource.protect === true));
});

test("what is there already, and is not of the program, is refused", async () => {
  const topic = steps.find(({ resource }) => resource.type === "gcp:pubsub/topic:Topic")?.resource;
  assert.ok(topic);
  const another = { ...topic, name: "another" };
  await assert.rejects(deployment.deploy(another), /cannot be deployed: Resource already exists/);
});

function functionOf(service: string): Resource {
  const found = steps.find(
    ({ resource }) => resource.type.endsWith(":Function") && resource.inputs["name"] === service,
  );
  assert.ok(found, service);
  return found.resource;
}

const archive = steps.find(({ resource }) => resource.type === ARCHIVE_TYPE)?.resource.inputs[
  "source"
] as Buffer;

/** Name of a resource, and what is wrong with it. */
interface Fault {
  readonly name: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Deploys what the program registered, with one fault. */
async function deployWith(t: TestContext, fault: Fault) {
  const planted = await startTestDeployment();
  t.after(() => planted.stop());
  let isPlanted = false;
  const change = (resource: Resource): Resource => {
    if (resource.name !== `mixpanel-import-${fault.name}`) return resource;
    isPlanted = true;
    return withInput(resource, fault.path, fault.value);
  };
  const result = await deployRecorded(planted.deployment, recordProgram(run), { archive, change });
  assert.ok(isPlanted, fault.name);
  return { ...planted, addresses: addressesIn(result) };
}

const arrives = async (at: Deployment, to: typeof addresses): Promise<void> => {
  assert.deepEqual(await sendTraffic(at, to), ALL_ARRIVES);
};

test("a wrong audience is found: nothing is let through to that function", async (t) => {
  const fault = await deployWith(t, {
    name: "import-object-push-subscription",
    path: ["pushConfig", "oidcToken", "audience"],
    value: "https://somewhere-else.a.run.app",
  });
  await assert.rejects(arrives(fault.deployment, fault.addresses), /objects: 401/);
});

test("a topic that is mixed up is found: messages reach the wrong function", async (t) => {
  const fault = await deployWith(t, {
    name: "import-messages-push-subscription",
    path: ["topic"],
    value: made.get("mixpanel-import-objects")?.id,
  });
  await assert.rejects(arrives(fault.deployment, fault.addresses), /message-1/);
});

test("a variable of the environment that is missing is found", async (t) => {
  const fault = deployWith(t, {
    name: "import-object-function",
    path: ["serviceConfig", "environmentVariables", "RECEIPTS_BUCKET"],
    value: undefined,
  });
  await assert.rejects(fault, /function.* cannot be deployed:[^]*RECEIPTS_BUCKET is missing/);
});

test("a variable of the environment that is misnamed is found, one with a default too", async (t) => {
  const fault = deployWith(t, {
    name: "import-object-function",
    path: ["serviceConfig", "environmentVariables", "QUARANTINE_PERCENTAGE"],
    value: "50",
  });
  await assert.rejects(fault, /environmentVariables.QUARANTINE_PERCENTAGE is read by no function/);
});

test("an entry point that is mixed up is found, and named", async (t) => {
  const fault = deployWith(t, {
    name: "import-messages-function",
    path: ["buildConfig", "entryPoint"],
    value: "importObject",
  });
  await assert.rejects(
    fault,
    /messages-function .* its buildConfig.entryPoint importObject did not start[^]* RECEIPTS_BUCKET/,
  );
});

test("a subscription without dead letters is found", async (t) => {
  const fault = await deployWith(t, {
    name: "import-messages-push-subscription",
    path: ["deadLetterPolicy"],
    value: undefined,
  });
  const sent = await sendUndeliverable(fault.deployment, fault.addresses, fault.timers);
  assert.deepEqual(sent.deadLetters, []);
});
