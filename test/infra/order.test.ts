import assert from "node:assert/strict";
import { test } from "node:test";

import { CONFIGURATIONS } from "./support/configurations.ts";
import { graphOf } from "./support/graph.ts";
import type { Registration } from "./support/registrations.ts";
import { type ProgramOptions, runProgram } from "./support/run-program.ts";

const OBJECTS = "mixpanel-import-import-object";
const MESSAGES = "mixpanel-import-import-messages";

/** Who waits for whom when the stack is made; on destroy the left goes before the right. */
const WAITS: Readonly<Record<string, readonly string[]>> = {
  "mixpanel-import-notification": [
    "mixpanel-import-storage-may-publish",
    "mixpanel-import-landing-bucket",
    `${OBJECTS}-function`,
    `${OBJECTS}-push-subscription`,
    `${OBJECTS}-push-may-be-acknowledged-by-pubsub`,
    `${OBJECTS}-may-be-invoked-by-pubsub`,
  ],
  [`${OBJECTS}-function`]: [
    "mixpanel-import-build-may-push-images",
    "mixpanel-import-build-functions-agent-may-read-images",
    "mixpanel-import-agents-run",
    "mixpanel-import-build-may-read-sources",
    "mixpanel-import-build-may-write-logs",
    "mixpanel-import-source-archive",
    "mixpanel-import-token-version",
    `${OBJECTS}-identity-may-read-token`,
    `${OBJECTS}-identity-may-read-objects`,
    `${OBJECTS}-identity-may-write-receipts`,
    `${OBJECTS}-identity-may-publish-continuations`,
    `${OBJECTS}-identity-may-publish-dead-letters`,
  ],
  [`${MESSAGES}-function`]: [
    "mixpanel-import-build-may-push-images",
    "mixpanel-import-token-version",
    `${MESSAGES}-identity-may-read-token`,
    `${MESSAGES}-identity-may-publish-dead-letters`,
  ],
  [`${OBJECTS}-push-subscription`]: [
    `${OBJECTS}-may-be-invoked-by-pubsub`,
    "mixpanel-import-invoker-pubsub-may-act-as-invoker",
    "mixpanel-import-invoker-pubsub-may-publish-dead-letters",
    "mixpanel-import-dead-letters-subscription",
  ],
  [`${MESSAGES}-push-subscription`]: [
    `${MESSAGES}-may-be-invoked-by-pubsub`,
    "mixpanel-import-invoker-pubsub-may-publish-dead-letters",
    "mixpanel-import-dead-letters-subscription",
  ],
  [`${OBJECTS}-identity-may-publish-dead-letters`]: ["mixpanel-import-dead-letters-subscription"],
  [`${MESSAGES}-identity-may-publish-dead-letters`]: ["mixpanel-import-dead-letters-subscription"],
  "mixpanel-import-invoker-pubsub-may-act-as-invoker": ["mixpanel-import-agents-pubsub"],
  "mixpanel-import-uploader-group:data@example.com": ["mixpanel-import-notification"],
  "mixpanel-import-publisher-user:ann@example.com": [`${MESSAGES}-push-subscription`],
};

test("what has to be there first is waited for", async () => {
  const { registrations } = await runProgram({
    config: {
      uploaders: '["group:data@example.com"]',
      publishers: '["user:ann@example.com"]',
    },
  });
  const graph = graphOf(registrations);
  for (const [waiting, awaited] of Object.entries(WAITS)) {
    const actual = graph.awaitedBy(waiting);
    assert.deepEqual(
      awaited.filter((name) => !actual.has(name)),
      [],
      waiting,
    );
  }
});

test("functions wait for the service agents when somebody else grants, too", async () => {
  const { registrations } = await runProgram({ config: { manageIam: "false" } });
  const graph = graphOf(registrations);
  const agents = registrations.filter(({ type }) => type.endsWith(":ServiceIdentity"));
  assert.equal(agents.length, 3);
  for (const name of [`${OBJECTS}-function`, `${MESSAGES}-function`]) {
    const awaited = graph.awaitedBy(name);
    assert.deepEqual(
      agents.filter((agent) => !awaited.has(agent.name)),
      [],
      name,
    );
  }
});

test("everything waits until the APIs are enabled, for which the API's own delay is waited out", async () => {
  const { registrations } = await runProgram();
  const graph = graphOf(registrations);
  const services = registrations.filter(({ type }) => type === "gcp:projects/service:Service");
  const others = registrations.filter(({ custom, type }) => custom && !type.endsWith(":Service"));

  assert.equal(services.length, 11);
  for (const { hooks } of services) assert.equal(hooks.afterCreate.length, 1);
  for (const { name } of others) {
    const awaited = graph.awaitedBy(name);
    assert.deepEqual(
      services.filter((service) => !awaited.has(service.name)),
      [],
      name,
    );
  }
});

test("functions are delayed until their bindings work, the notification is tried again", async () => {
  const { registrations } = await runProgram();
  const delayed = registrations.filter(({ hooks }) => hooks.beforeCreate.length > 0);
  // That of all is of services/refusals.ts.
  const own = ({ hooks }: Registration) =>
    hooks.onError.filter((hook) => hook !== "mixpanel-import-refused");
  const retried = registrations.filter((registration) => own(registration).length > 0);
  assert.deepEqual(delayed.map(({ name }) => name).sort(), [
    `${MESSAGES}-function`,
    `${OBJECTS}-function`,
  ]);
  assert.deepEqual(
    retried
      .filter(({ type }) => !/iam-?member$/i.test(type))
      .map(({ name }) => name)
      .sort(),
    [`${MESSAGES}-function`, `${OBJECTS}-function`, "mixpanel-import-notification"],
  );
  const bindings = registrations.filter(({ type }) => /iammember$/i.test(type));
  assert.equal(bindings.length, 18);
  assert.ok(bindings.every((binding) => own(binding).length === 1));
});

/** What is kept, or protected: with `fail` everything that holds files or messages. */
function holding(choice: string): string[] {
  const messages = ["dead-letters-subscription", "dead-letters-topic", "events-topic"];
  const names = choice === "fail" ? [...messages, "landing-bucket", "objects"] : ["landing-bucket"];
  return names.map((name) => `mixpanel-import-${name}`);
}

const ON_DESTROY = [
  { choice: "keep", retainOnDelete: true, protect: false, forceDestroy: false },
  { choice: "delete", retainOnDelete: false, protect: false, forceDestroy: true },
  { choice: "fail", retainOnDelete: false, protect: true, forceDestroy: false },
];

for (const { choice, ...expected } of ON_DESTROY)
  test(`bucketOnDestroy ${choice} concerns what holds files and messages only`, async () => {
    const { registrations } = await runProgram({ config: { bucketOnDestroy: choice } });
    const buckets = registrations.filter(({ type }) => type === "gcp:storage/bucket:Bucket");
    const facts = buckets.map(({ name, retainOnDelete, protect, inputs }) => [
      name,
      { retainOnDelete, protect, forceDestroy: inputs["forceDestroy"] },
    ]);
    const gone = { retainOnDelete: false, protect: false, forceDestroy: true };
    assert.deepEqual(Object.fromEntries(facts), {
      "mixpanel-import-landing-bucket": expected,
      "mixpanel-import-receipts": gone,
      "mixpanel-import-source-bucket": gone,
    });
    const kept = registrations.filter((item) => item.retainOnDelete || item.protect);
    assert.deepEqual(
      kept.map(({ name }) => name).sort(),
      choice === "delete" ? [] : holding(choice),
    );
  });

test("a new token makes a new version before the old one goes, and rolls both functions", async () => {
  const { registrations } = await runProgram();
  const graph = graphOf(registrations);
  const version = registrations.find(({ name }) => name === "mixpanel-import-token-version");
  assert.equal(version?.deleteBeforeReplace, false);
  for (const name of [`${OBJECTS}-function`, `${MESSAGES}-function`])
    assert.ok(graph.awaitedBy(name).has("mixpanel-import-token-version"));
});

const namesWith = async (options: ProgramOptions): Promise<Set<string>> =>
  new Set((await runProgram(options)).registrations.map(({ name }) => name));

test("an existing bucket and topic are used, and nothing of theirs is managed", async () => {
  const own = await namesWith({});
  const existing = await namesWith(CONFIGURATIONS["existing bucket and topic"] ?? {});
  assert.deepEqual([...own].filter((name) => !existing.has(name)).sort(), [
    "mixpanel-import-events-topic",
    "mixpanel-import-landing-bucket",
  ]);
  assert.deepEqual(
    [...existing].filter((name) => !own.has(name)),
    [],
  );
});

test("without managed services no API is enabled and no service agent created", async () => {
  const own = await namesWith({});
  const unmanaged = await namesWith({ config: { manageServices: "false" } });
  const missing = [...own].filter((name) => !unmanaged.has(name));
  assert.ok(missing.every((name) => /^mixpanel-import-(apis|agents-)/.test(name)));
  assert.equal(missing.length, 15);
});
