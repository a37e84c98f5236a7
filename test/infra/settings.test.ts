import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";

import { parseSettings } from "../../functions/settings.ts";
import { CONFIGURATIONS } from "./support/configurations.ts";
import { functionsOf, ofType } from "./support/invariants.ts";
import { type ProgramOptions, record, runProgram, TOKEN } from "./support/run-program.ts";

/** `serviceConfig` of both functions, by entry point. */
async function servicesOf(
  options: ProgramOptions,
): Promise<Record<string, Record<string, unknown>>> {
  const { registrations } = await runProgram(options);
  return Object.fromEntries(
    functionsOf(registrations).map(({ inputs }) => [
      String(record(inputs["buildConfig"])["entryPoint"]),
      record(inputs["serviceConfig"]),
    ]),
  );
}

function environmentOf(service: Record<string, unknown> | undefined): Record<string, string> {
  const variables = Object.entries(record(service?.["environmentVariables"]));
  return Object.fromEntries(variables.map(([key, value]) => [key, String(value)]));
}

for (const name of ["defaults", "everything overridden", "existing bucket and topic", "EU"])
  test(`with ${name}, the functions accept the environment they are given`, async () => {
    const services = await servicesOf(CONFIGURATIONS[name] ?? {});
    for (const entryPoint of ["importObject", "importMessages"] as const) {
      const environment = environmentOf(services[entryPoint]);
      assert.equal(
        parseSettings({ ...environment, MIXPANEL_TOKEN: TOKEN }, entryPoint).mixpanelToken,
        TOKEN,
      );
      assert.deepEqual(
        Object.entries(environment).filter(([, value]) => value === ""),
        [],
      );
    }
  });

test("with nothing set, the functions run with their own defaults", async () => {
  const services = await servicesOf({});
  for (const entryPoint of ["importObject", "importMessages"] as const) {
    const given = { ...environmentOf(services[entryPoint]), MIXPANEL_TOKEN: TOKEN };
    const { GOOGLE_CLOUD_PROJECT, DEAD_LETTER_TOPIC, OBJECTS_TOPIC, RECEIPTS_BUCKET } =
      given as Record<string, string | undefined>;
    const least = {
      MIXPANEL_TOKEN: TOKEN,
      GOOGLE_CLOUD_PROJECT,
      DEAD_LETTER_TOPIC,
      OBJECTS_TOPIC,
      RECEIPTS_BUCKET,
    };
    assert.deepEqual(parseSettings(given, entryPoint), parseSettings(least, entryPoint));
  }
});

test("every setting reaches the functions", async () => {
  const services = await servicesOf(CONFIGURATIONS["everything overridden"] ?? {});
  const common = {
    MIXPANEL_REGION: "in",
    GOOGLE_CLOUD_PROJECT: "acme-data",
    DEAD_LETTER_TOPIC: "projects/acme-data/topics/mixpanel-import-dev-dead-letters",
    BATCH_EVENTS: "1000",
    BATCH_BYTES: "1048576",
    MAX_IN_FLIGHT: "4",
    TIMEOUT_SECONDS: "540",
    INCLUDE_OBJECTS: "events/**,*.ndjson",
    EXCLUDE_OBJECTS: "tmp/**",
    FORMATS: '{"exports/**":"csv"}',
    QUARANTINE_PERCENT: "50",
    SYNTHETIC_ID: "position",
    LOCATE_BY_REQUEST: "true",
    DEAD_LETTER_CONTENTS: "reference",
    PROFILE_OPERATORS: "$set,$add",
    PROVE_TOKEN: "false",
    LOG_EXECUTION_ID: "true",
  };
  const { RECEIPTS_BUCKET, ...objects } = environmentOf(services["importObject"]);
  assert.deepEqual(objects, {
    ...common,
    OBJECTS_TOPIC: "projects/acme-data/topics/mixpanel-import-dev-objects",
  });
  assert.match(RECEIPTS_BUCKET ?? "", /^acme-data-mixpanel-import-dev-receipts-[0-9a-f]{6}$/);
  assert.deepEqual(environmentOf(services["importMessages"]), common);
  for (const [entryPoint, concurrency] of [
    ["importObject", 1],
    ["importMessages", 80],
  ] as const) {
    const { availableMemory, timeoutSeconds, maxInstanceCount, maxInstanceRequestConcurrency } =
      services[entryPoint] ?? {};
    assert.deepEqual(
      { availableMemory, timeoutSeconds, maxInstanceCount, maxInstanceRequestConcurrency },
      {
        availableMemory: "2Gi",
        timeoutSeconds: 540,
        maxInstanceCount: 5,
        maxInstanceRequestConcurrency: concurrency,
      },
    );
  }
});

const subscriptionsOf = async (options: ProgramOptions) => {
  const { registrations } = await runProgram(options);
  const subscriptions = ofType(registrations, "gcp:pubsub/subscription:Subscription");
  return Object.fromEntries(
    subscriptions.map(({ inputs }) => [
      String(inputs["name"]).replace("mixpanel-import-dev-", ""),
      inputs,
    ]),
  );
};

test("paused, nothing is pushed and everything else stays as it is", async () => {
  const running = await subscriptionsOf({});
  const paused = await subscriptionsOf({ config: { paused: "true" } });
  for (const name of ["objects", "events"]) {
    const { pushConfig, ...rest } = running[name] ?? {};
    assert.equal(record(pushConfig)["pushEndpoint"] === undefined, false);
    assert.deepEqual(paused[name], rest);
  }
  assert.deepEqual(paused["dead-letters"], running["dead-letters"]);
});

test("retention reaches the subscriptions and the landing bucket", async () => {
  const config = {
    retentionDays: "14",
    deadLetterRetentionDays: "20",
    deleteObjectsAfterDays: "30",
  };
  const subscriptions = await subscriptionsOf({ config });
  assert.deepEqual(
    Object.entries(subscriptions)
      .map(([name, inputs]) => [name, inputs["messageRetentionDuration"]])
      .sort(),
    [
      ["dead-letters", "1728000s"],
      ["events", "1209600s"],
      ["objects", "1209600s"],
    ],
  );

  const { registrations } = await runProgram({ config });
  const bucket = registrations.find(({ name }) => name === "mixpanel-import-landing-bucket");
  assert.deepEqual(bucket?.inputs["lifecycleRules"], [
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
    {
      action: { type: "Delete" },
      condition: { daysSinceNoncurrentTime: 14, withState: "ARCHIVED" },
    },
    { action: { type: "Delete" }, condition: { age: 30, withState: "LIVE" } },
  ]);
});

test("the path of the transform is relative to Pulumi.yaml, wherever the program runs", async () => {
  const archiveOf = async (options: ProgramOptions) => {
    const { registrations } = await runProgram(options);
    return registrations.find(({ type }) => type.endsWith(":BucketObject"))?.inputs["name"];
  };
  const folder = process.cwd();
  const plain = await archiveOf({});
  process.chdir(tmpdir());
  try {
    assert.equal(await archiveOf({ config: { transform: "functions/transform.ts" } }), plain);
  } finally {
    process.chdir(folder);
  }
});
