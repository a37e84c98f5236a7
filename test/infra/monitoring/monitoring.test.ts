import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { REPOSITORY } from "../../../archive/bundle.ts";
import {
  CREDENTIALS_MESSAGES,
  LOG_METRICS,
  logMetrics,
} from "../../../infra/monitoring/log-metrics.ts";
import { textOf } from "../../docs/support/pages.ts";
import { ofType } from "../support/invariants.ts";
import { record, runProgram } from "../support/run-program.ts";

const { registrations } = await runProgram();
const alerts = ofType(registrations, "gcp:monitoring/alertPolicy:AlertPolicy");
const metrics = ofType(registrations, "gcp:logging/metric:Metric");
const [dashboard] = ofType(registrations, "gcp:monitoring/dashboard:Dashboard");

/**
 * Google's own metrics that are used, with their labels and those of their resource
 * (https://cloud.google.com/monitoring/api/metrics_gcp).
 */
const GOOGLE_METRICS: Readonly<Record<string, readonly string[]>> = {
  "pubsub.googleapis.com/subscription/num_undelivered_messages": ["subscription_id", "project_id"],
  "pubsub.googleapis.com/subscription/oldest_unacked_message_age": [
    "subscription_id",
    "project_id",
  ],
  "pubsub.googleapis.com/subscription/dead_letter_message_count": ["subscription_id", "project_id"],
  "run.googleapis.com/request_count": ["service_name", "response_code", "response_code_class"],
  "run.googleapis.com/container/instance_count": ["service_name", "state"],
};

/**
 * Labels by PromQL name (https://cloud.google.com/monitoring/promql/promql-mapping): `a.b/c/d` is
 * `a_b:c_d`.
 */
const SERIES = new Map<string, readonly string[]>();
for (const [type, labels] of Object.entries(GOOGLE_METRICS)) {
  const [service = "", ...path] = type.split("/");
  SERIES.set(`${plain(service)}:${plain(path.join("/"))}`, labels);
}
for (const { inputs } of metrics) {
  const base = `logging_googleapis_com:user_${plain(String(inputs["name"]))}`;
  const own = Object.keys(record(inputs["labelExtractors"]));
  const distribution = record(inputs["metricDescriptor"])["valueType"] === "DISTRIBUTION";
  for (const part of distribution ? ["_sum", "_count", "_bucket"] : [""])
    SERIES.set(`${base}${part}`, ["service_name", "le", ...own]);
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, "_");
}

/** What a PromQL query refers to that does not exist. */
function strangersIn(query: string): string[] {
  const selectors = [...query.matchAll(/([a-z_]+:[a-z0-9_]+)\{([^}]*)\}/g)];
  const grouped = [...query.matchAll(/by \(([^)]*)\)/g)].map(([, label = ""]) => label);
  return selectors.flatMap(([, series = "", matchers = ""]) => {
    const labels = SERIES.get(series);
    if (labels === undefined) return [series];
    const used = [...matchers.matchAll(/(\w+)(?:=|!=|=~)"/g)].map(([, label = ""]) => label);
    return [...used, ...grouped].filter(
      (label) => label !== "monitored_resource" && !labels.includes(label),
    );
  });
}

function queriesOf(json: unknown): string[] {
  return [...String(json).matchAll(/"prometheusQuery":("(?:[^"\\]|\\.)*")/g)].map(
    ([, text = '""']) => String(JSON.parse(text)),
  );
}

test("every query of the dashboard refers to metrics and labels that exist", () => {
  const queries = queriesOf(dashboard?.inputs["dashboardJson"]);
  assert.ok(queries.length >= 20, `${queries.length}`);
  for (const query of queries) {
    assert.match(query, /[a-z_]+:[a-z0-9_]+\{/);
    assert.deepEqual(strangersIn(query), [], query);
  }
});

test("the check notices a metric and a label that do not exist", () => {
  const known = "run_googleapis_com:request_count";
  assert.deepEqual(strangersIn('sum(rate(run_googleapis_com:requests{service_name="x"}[5m]))'), [
    "run_googleapis_com:requests",
  ]);
  assert.deepEqual(strangersIn(`sum(rate(${known}{service="x"}[5m]))`), ["service"]);
  assert.deepEqual(strangersIn(`sum by (reason) (rate(${known}{service_name="x"}[5m]))`), [
    "reason",
  ]);
});

test("every metric of the log is shown on the dashboard", () => {
  const queries = queriesOf(dashboard?.inputs["dashboardJson"]).join("\n");
  for (const { inputs } of metrics)
    assert.ok(queries.includes(`user_${plain(String(inputs["name"]))}`), String(inputs["name"]));
});

test("the dashboard's tiles do not overlap and stay inside", () => {
  const { mosaicLayout } = record(JSON.parse(String(dashboard?.inputs["dashboardJson"])));
  const tiles = Object.values(record(record(mosaicLayout)["tiles"])).map(record);
  const corners = tiles.map(({ xPos, yPos }) => `${Number(xPos ?? 0)},${Number(yPos ?? 0)}`);
  assert.equal(new Set(corners).size, tiles.length);
  for (const { xPos, width } of tiles) assert.ok(Number(xPos ?? 0) + Number(width) <= 48);
});

test("every condition of an alert refers to what exists, by the names of this stack", () => {
  const names = new Set(registrations.map(({ inputs }) => inputs["name"]));
  for (const { name, inputs } of alerts)
    for (const condition of Object.values(record(inputs["conditions"])).map(record)) {
      const query = record(condition["conditionPrometheusQueryLanguage"])["query"];
      if (typeof query === "string") assert.deepEqual(strangersIn(query), [], name);
      const { filter = "" } = {
        ...record(condition["conditionThreshold"]),
        ...record(condition["conditionMatchedLog"]),
      };
      assert.ok(typeof filter === "string");
      const type = /metric\.type="([^"]+)"/.exec(filter)?.[1];
      for (const [, label = ""] of filter.matchAll(/(?:resource|metric)\.labels\.(\w+)/g))
        if (type !== undefined)
          assert.ok(GOOGLE_METRICS[type]?.includes(label), `${name}: ${label}`);
      for (const [, named = ""] of filter.matchAll(/"(mixpanel-import-[^"]*)"/g))
        assert.ok(names.has(named), `${name}: ${named}`);
    }
});

const [, runbook = ""] = textOf("docs/operate.md").split(/^## Runbook$/m);

test("there is an alert for each thing that may go wrong, and each says what to do", () => {
  assert.deepEqual(alerts.map(({ name }) => name.replace(/^.*-alert-/, "")).sort(), [
    "burn-events",
    "burn-objects",
    "credentials",
    "dead-letters",
    "forwarded",
    "function-errors",
    "oldest-message",
    "reject-share",
    "unconfirmed-profiles",
  ]);
  for (const { name, inputs } of alerts) {
    const { content } = record(inputs["documentation"]);
    assert.ok(String(content).length > 150, name);
    const [, title = ""] = /Runbook, "([^"]+)"\.$/.exec(String(content)) ?? [];
    assert.ok(runbook.includes(`**${title}.**`), `${name}: ${title}`);
  }
});

test("a metric that sums is a distribution of that field, one that counts has none", () => {
  const byName = new Map(metrics.map(({ name, inputs }) => [name, inputs]));
  for (const [key, { field, messages }] of logMetrics()) {
    const inputs = record(byName.get(`mixpanel-import-monitoring-metric-${key}`));
    const extractor = field === null ? undefined : `EXTRACT(jsonPayload.${field})`;
    assert.equal(inputs["valueExtractor"], extractor, key);
    for (const message of messages) assert.ok(String(inputs["filter"]).includes(`"${message}"`));
  }
  assert.equal(metrics.length, Object.keys(LOG_METRICS).length);
});

test("an e-mail address makes one channel, which every alert uses", async () => {
  const run = await runProgram({ config: { alertEmail: "oncall@example.com" } });
  const channels = ofType(
    run.registrations,
    "gcp:monitoring/notificationChannel:NotificationChannel",
  );
  assert.deepEqual(
    channels.map(({ inputs }) => inputs["labels"]),
    [{ email_address: "oncall@example.com" }],
  );
  for (const { inputs } of ofType(run.registrations, "gcp:monitoring/alertPolicy:AlertPolicy"))
    assert.deepEqual(inputs["notificationChannels"], ["mixpanel-import-monitoring-email-id"]);
});

test("without an address there is no channel", () => {
  assert.deepEqual(
    ofType(registrations, "gcp:monitoring/notificationChannel:NotificationChannel"),
    [],
  );
});

test("every log line that is listened for is one the functions write", () => {
  const sources = globSync("functions/**/*.ts", { cwd: REPOSITORY }).map((path) =>
    readFileSync(join(REPOSITORY, path), "utf8"),
  );
  const messages = [
    ...logMetrics().flatMap(([, metric]) => metric.messages),
    ...CREDENTIALS_MESSAGES,
  ];
  for (const message of messages)
    assert.ok(
      sources.some((source) => source.includes(`"${message}"`)),
      message,
    );
});
