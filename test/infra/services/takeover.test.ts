import assert from "node:assert/strict";
import { test } from "node:test";

import { takeoverAdvice } from "../../../infra/services/takeover.ts";
import { recordStack } from "../simulation/recorded-stack.ts";
import { PLAIN_TYPES } from "../simulation/plain-types.ts";

const { resources } = await recordStack();

const IDS: Readonly<Record<string, string>> = {
  "mixpanel-import-events-topic": "projects/acme-data/topics/mixpanel-import-dev-events",
  "mixpanel-import-dead-letters-subscription":
    "projects/acme-data/subscriptions/mixpanel-import-dev-dead-letters",
  "mixpanel-import-build-account":
    "projects/acme-data/serviceAccounts/mixpanel-import-dev-build@acme-data.iam.gserviceaccount.com",
  "mixpanel-import-token-secret": "projects/acme-data/secrets/mixpanel-import-dev-token",
  "mixpanel-import-build-images":
    "projects/acme-data/locations/us-central1/repositories/mixpanel-import-dev-images",
  "mixpanel-import-import-object-function":
    "projects/acme-data/locations/us-central1/functions/mixpanel-import-dev-import-object",
  "mixpanel-import-monitoring-service": "projects/acme-data/services/mixpanel-import-dev",
  "mixpanel-import-monitoring-slo-events":
    "projects/acme-data/services/mixpanel-import-dev/serviceLevelObjectives/events-in-time",
  "mixpanel-import-monitoring-metric-bytes": "mixpanel-import-dev/bytes",
};

for (const [name, id] of Object.entries(IDS))
  test(`${name.replace("mixpanel-import-", "")} is taken over by its id`, () => {
    const resource = resources.find((candidate) => candidate.name === name);
    assert.ok(resource);
    const advice = takeoverAdvice(resource, "acme-data") ?? "";
    assert.ok(advice.includes(`'${resource.urn}' --import-pending-creates '${id}'`), advice);
  });

test("there is advice for everything whose name can be taken, and for nothing else", () => {
  for (const resource of resources) {
    const { type, name, custom } = resource;
    if (!custom) continue;
    const isNamed = PLAIN_TYPES[type]?.taken !== undefined || /:(Account|Function)$/.test(type);
    assert.equal(takeoverAdvice(resource, "acme-data") !== undefined, isNamed, name);
  }
});
