import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { test } from "node:test";

import { chooseChecks } from "../../cli/doctor/catalogue.ts";
import { runChecks } from "../../cli/doctor/run-checks.ts";
import { runProgram } from "../../cli/doctor/run-program.ts";
import { SERVICE_URLS } from "../../cli/doctor/service-urls.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startTestCloud } from "../support/local-cloud.ts";
import { connectionTo } from "../support/operator-cloud.ts";

const { landingBucket } = CLOUD_NAMES;
const IDS = ["canary-object", "canary-message"];

test("one canary through each path arrives, with proof, and its object is cleared away", async (t) => {
  const cloud = await startTestCloud(t);
  const services = {
    storageUrl: cloud.bucket.url,
    pubsubUrl: cloud.pubsub.url,
    monitoringUrl: cloud.pubsub.url,
    mixpanelUrl: cloud.simulator.url,
  };
  const { google, stack, signal } = connectionTo(services, new AbortController().signal);
  const results = await runChecks(
    chooseChecks({ ids: IDS, origin: "local", canary: true }),
    {
      ...{
        origin: "local",
        stackName: undefined,
        stackOptions: "",
        given: {},
        urls: SERVICE_URLS,
        google,
        signal,
      },
      ...{ isLocal: true, runProgram, environment: {}, requestMs: 10_000 },
      time: {
        now: () => performance.now(),
        sleep: (ms, stopped) => setTimeout(ms, undefined, { signal: stopped }),
      },
    },
    { stack, project: stack.project },
    () => undefined,
  );

  const found = results
    .filter(({ check }) => IDS.includes(check.id))
    .map(({ check, outcome }) => [check.id, outcome.status, outcome.detail]);
  assert.deepEqual(found, [
    ["canary-object", "ok", "imported: its receipt says so. In Mixpanel: mixpanel-gcp canary."],
    ["canary-message", "ok", "imported: the simulator has it, as mixpanel-gcp canary."],
  ]);
  assert.deepEqual(
    cloud.simulator.counts().map(({ event, distinct }) => [event, distinct]),
    [["mixpanel-gcp canary", 2]],
  );
  assert.deepEqual(cloud.bucket.list(landingBucket), []);
  const [receipt] = (await cloud.receipts()).values();
  assert.match(receipt?.object ?? "", /^mixpanel-gcp-canary\/canary-[\da-f]{16}\.ndjson$/);
  assert.deepEqual([receipt?.state, receipt?.events.imported], ["complete", 1]);
});
