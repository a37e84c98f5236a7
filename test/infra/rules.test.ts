import assert from "node:assert/strict";
import { test } from "node:test";

import { INVARIANTS } from "./support/invariants.ts";
import { validate } from "./support/provider-rules.ts";
import type { Registration } from "./support/registrations.ts";
import { type ProgramRun, record, runProgram, TOKEN } from "./support/run-program.ts";

const good = await runProgram();

/** The run with the inputs of one resource changed. */
function withInputs(name: string, change: Record<string, unknown>): ProgramRun {
  return changed(name, (resource) => ({
    ...resource,
    inputs: merge(resource.inputs, change),
    rawInputs: merge(resource.rawInputs, change),
  }));
}

function changed(name: string, change: (resource: Registration) => Registration): ProgramRun {
  assert.ok(
    good.registrations.some((resource) => resource.name === name),
    name,
  );
  const registrations = good.registrations.map((resource) =>
    resource.name === name ? change(resource) : resource,
  );
  return { ...good, registrations };
}

function merge(
  base: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const nested = Object.entries(change).map(([key, value]): [string, unknown] => {
    const isBlock = typeof value === "object" && value !== null && !Array.isArray(value);
    return [key, isBlock ? merge(record(base[key]), record(value)) : value];
  });
  return { ...base, ...Object.fromEntries(nested) };
}

const FUNCTION = "mixpanel-import-import-object-function";
const SUBSCRIPTION = "mixpanel-import-import-object-push-subscription";
const BUCKET = "mixpanel-import-landing-bucket";

/** For each thing that must always hold, a run in which it does not. */
const BROKEN: Readonly<Record<string, ProgramRun>> = {
  "nothing is public": withInputs("mixpanel-import-import-object-may-be-invoked-by-pubsub", {
    member: "allUsers",
  }),
  "there are no keys of service accounts": changed(BUCKET, (resource) => ({
    ...resource,
    type: "gcp:serviceaccount/key:Key",
  })),
  "policies are only added to, never replaced": changed(BUCKET, (resource) => ({
    ...resource,
    type: "gcp:storage/bucketIAMBinding:BucketIAMBinding",
  })),
  "roles on the whole project are the builder's two": withInputs(
    "mixpanel-import-build-may-read-sources",
    { condition: undefined },
  ),
  "nobody is owner, editor or admin": withInputs(
    "mixpanel-import-import-object-identity-may-write-receipts",
    { role: "roles/storage.objectAdmin" },
  ),
  "the token is in one input, marked secret": withInputs(FUNCTION, {
    serviceConfig: { environmentVariables: { X: TOKEN } },
  }),
  "no output holds the token": { ...good, outputs: { bucketUrl: `gs://${TOKEN}` } },
  "the token reaches functions by a pinned secret version only": withInputs(FUNCTION, {
    serviceConfig: { secretEnvironmentVariables: [{ key: "MIXPANEL_TOKEN", version: "latest" }] },
  }),
  "functions are reachable from inside only": withInputs(FUNCTION, {
    serviceConfig: { ingressSettings: "ALLOW_ALL" },
  }),
  "functions have a whole vCPU and an account of their own": withInputs(FUNCTION, {
    serviceConfig: { availableCpu: "0.5" },
  }),
  "every push subscription has a dead letter, authentication and the longest deadline": withInputs(
    SUBSCRIPTION,
    { deadLetterPolicy: undefined },
  ),
  "no subscription expires": withInputs(SUBSCRIPTION, { expirationPolicy: undefined }),
  "every own topic has a subscription": changed(
    "mixpanel-import-dead-letters-subscription",
    (resource) => ({ ...resource, type: "gcp:pubsub/snapshot:Snapshot" }),
  ),
  "buckets are closed, uniform and cleaned of unfinished uploads": withInputs(BUCKET, {
    publicAccessPrevention: "inherited",
  }),
  "only receipts are written by a function": withInputs(
    "mixpanel-import-import-object-identity-may-read-objects",
    { role: "roles/storage.objectUser" },
  ),
  "whatever has a fixed name and can be replaced is deleted first": changed(
    FUNCTION,
    (resource) => ({ ...resource, deleteBeforeReplace: false }),
  ),
  "everything is inside the component": changed(BUCKET, (resource) => ({
    ...resource,
    parent: "",
  })),
  "no two resources share a name": {
    ...good,
    registrations: [...good.registrations, ...good.registrations.slice(0, 1)],
  },
  "the project is never guessed": withInputs("mixpanel-import-build-may-write-logs", {
    project: "other",
  }),
};

test("every rule that must always hold is proved able to fail", () => {
  assert.deepEqual(Object.keys(BROKEN).sort(), Object.keys(INVARIANTS).sort());
});

for (const [rule, run] of Object.entries(BROKEN))
  test(`a break is noticed: ${rule}`, () => {
    const offendersOf = INVARIANTS[rule] ?? (() => []);
    assert.deepEqual(offendersOf(good), []);
    assert.equal(offendersOf(run).length, 1);
  });

const REFUSED: readonly { name: string; change: Record<string, unknown>; problem: RegExp }[] = [
  { name: FUNCTION, change: { location: undefined }, problem: /^location is required$/ },
  { name: FUNCTION, change: { name: "A_b" }, problem: /^name must match/ },
  {
    name: FUNCTION,
    change: { buildConfig: { serviceAccount: "a@b.iam.gserviceaccount.com" } },
    problem: /^buildConfig\.serviceAccount must match/,
  },
  {
    name: FUNCTION,
    change: { serviceConfig: { ingressSettings: "INTERNAL" } },
    problem: /^serviceConfig\.ingressSettings must be one of/,
  },
  {
    name: FUNCTION,
    change: { serviceConfig: { availableCpu: "0.583", maxInstanceRequestConcurrency: 80 } },
    problem: /less than 1 vCPU allows no concurrency/,
  },
  {
    name: FUNCTION,
    change: { serviceConfig: { environmentVariables: { N: 1 } } },
    problem: /^serviceConfig\.environmentVariables\.N must be a string$/,
  },
  {
    name: FUNCTION,
    change: {
      serviceConfig: {
        secretEnvironmentVariables: [
          { key: "K", projectId: "p", secret: "projects/p/secrets/s", version: "1" },
        ],
      },
    },
    problem: /secretEnvironmentVariables\[0\]\.secret must match/,
  },
  {
    name: SUBSCRIPTION,
    change: { deadLetterPolicy: { maxDeliveryAttempts: 101 } },
    problem: /^deadLetterPolicy\.maxDeliveryAttempts must be from 5 to 100, got 101$/,
  },
  {
    name: SUBSCRIPTION,
    change: { messageRetentionDuration: "7d" },
    problem: /^messageRetentionDuration must be from 600s/,
  },
  {
    name: SUBSCRIPTION,
    change: { pushConfig: { oidcToken: { serviceAccountEmail: "serviceAccount:a@b" } } },
    problem: /^pushConfig\.oidcToken\.serviceAccountEmail must match/,
  },
  { name: SUBSCRIPTION, change: { bigqueryConfig: {} }, problem: /at most one of/ },
  {
    name: "mixpanel-import-notification",
    change: { topic: "objects" },
    problem: /^topic must match/,
  },
  {
    name: "mixpanel-import-notification",
    change: { payloadFormat: "BOGUS" },
    problem: /^payloadFormat must be one of/,
  },
  { name: BUCKET, change: { name: "Acme" }, problem: /^name must match/ },
  {
    name: BUCKET,
    change: { softDeletePolicy: { retentionDurationSeconds: 60 } },
    problem: /^softDeletePolicy\.retentionDurationSeconds must be from/,
  },
  {
    name: "mixpanel-import-source-archive",
    change: { content: "x" },
    problem: /exactly one of content, source/,
  },
  {
    name: "mixpanel-import-build-account",
    change: { accountId: "abc" },
    problem: /^accountId must match/,
  },
  {
    name: "mixpanel-import-apis-pubsub",
    change: { service: "pubsub" },
    problem: /^service must match/,
  },
  {
    name: "mixpanel-import-monitoring-metric-bytes",
    change: { valueExtractor: undefined },
    problem: /valueExtractor/,
  },
  {
    name: "mixpanel-import-monitoring-alert-credentials",
    change: { alertStrategy: undefined },
    problem: /needs alertStrategy/,
  },
  {
    name: "mixpanel-import-monitoring-dashboard",
    change: { dashboardJson: "{" },
    problem: /is not JSON/,
  },
  {
    name: "mixpanel-import-monitoring-dashboard",
    change: { dashboardJson: '{"mosaicLayout":{"tiles":[{"xPos":0,"width":24}]}}' },
    problem: /a position of 0 differs/,
  },
  {
    name: "mixpanel-import-monitoring-metric-bytes",
    change: { bucketOptions: undefined },
    problem: /has bucketOptions/,
  },
];

for (const { name, change, problem } of REFUSED)
  test(`the provider's rules refuse ${JSON.stringify(change)} of ${name}`, () => {
    const broken = withInputs(name, change).registrations.find(
      (resource) => resource.name === name,
    );
    const problems = validate(broken?.type ?? "", broken?.inputs ?? {});
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.match(problems[0] ?? "", problem);
  });
