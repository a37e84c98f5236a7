import assert from "node:assert/strict";
import { test } from "node:test";

import { ofType } from "../support/invariants.ts";
import { record, runProgram } from "../support/run-program.ts";

const { registrations } = await runProgram();
const slos = ofType(registrations, "gcp:monitoring/slo:Slo");
const named = (name: string) =>
  record(registrations.find((resource) => resource.name === name)?.inputs);

test("99.9 % of the messages of each subscription are settled within 5 minutes", () => {
  assert.deepEqual(
    slos.map(({ inputs }) => [inputs["displayName"], inputs["goal"], inputs["rollingPeriodDays"]]),
    [
      ["objects: 99.9 % of messages settled within 5 minutes", 0.999, 30],
      ["events: 99.9 % of messages settled within 5 minutes", 0.999, 30],
    ],
  );
  for (const subscription of ["objects", "events"]) {
    const { windowsBasedSli } = named(`mixpanel-import-monitoring-slo-${subscription}`);
    assert.deepEqual(windowsBasedSli, {
      windowPeriod: "60s",
      metricMeanInRange: {
        timeSeries:
          'metric.type="pubsub.googleapis.com/subscription/oldest_unacked_message_age" AND ' +
          'resource.type="pubsub_subscription" AND ' +
          `resource.labels.subscription_id="mixpanel-import-dev-${subscription}"`,
        range: { max: 300 },
      },
    });
  }
});

test("a run at an object may take as long as the function may, a message may not", async () => {
  const run = await runProgram({ config: { timeoutSeconds: "540" } });
  const titles = ofType(run.registrations, "gcp:monitoring/slo:Slo").map(
    ({ inputs }) => inputs["displayName"],
  );
  assert.deepEqual(titles, [
    "objects: 99.9 % of messages settled within 9 minutes",
    "events: 99.9 % of messages settled within 5 minutes",
  ]);
});

test("an alert is sent when the budget burns, in the last hour and still", () => {
  for (const key of ["objects", "events"]) {
    const { combiner, conditions } = named(`mixpanel-import-monitoring-alert-burn-${key}`);
    assert.equal(combiner, "AND");
    const slo = `projects/42/services/mixpanel-import-dev/serviceLevelObjectives/${key}-in-time`;
    assert.deepEqual(
      Object.values(record(conditions)).map((condition) => record(condition)["conditionThreshold"]),
      [3600, 300].map((seconds) => ({
        filter: `select_slo_burn_rate("${slo}", "${seconds}s")`,
        comparison: "COMPARISON_GT",
        thresholdValue: 14.4,
        duration: "0s",
      })),
    );
  }
});

test("two stacks of a project have services of their own", async () => {
  const ids = new Set<unknown>();
  for (const stack of ["dev", "Dev", "prod"])
    for (const { inputs } of ofType(
      (await runProgram({ stack })).registrations,
      "gcp:monitoring/customService:CustomService",
    ))
      ids.add(inputs["serviceId"]);
  assert.equal(ids.size, 3);
});
