import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { after, childrenOf } from "../children.ts";
import type { Plan } from "../configuration/arguments.ts";
import { monitoredNames } from "../names.ts";
import { type Alert, alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { createObjectives } from "./objectives.ts";
import { bucketsOf, type LogMetric, logFilter, logMetrics } from "./log-metrics.ts";

/** Log-based metrics, a dashboard, objectives and alerts. */
export class Monitoring extends pulumi.ComponentResource {
  readonly dashboardUrl: pulumi.Output<string>;

  constructor(name: string, plan: Plan, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:Monitoring", name, {}, opts);
    const { settings, project } = plan;
    const names = monitoredNames(plan.names);
    const child = childrenOf(this, opts?.dependsOn);
    const services = Object.values(names.functions);
    const metrics = logMetrics().map(
      ([key, metric]) =>
        new gcp.logging.Metric(
          `${name}-metric-${key}`,
          { name: names.metricName(key), ...metricArgs(metric, services) },
          child,
        ),
    );
    const afterMetrics = after(child, metrics);
    const board = new gcp.monitoring.Dashboard(
      `${name}-dashboard`,
      { dashboardJson: JSON.stringify(dashboard(names)) },
      afterMetrics,
    );
    const channels = [
      ...createChannels(name, settings.alertEmail, child),
      ...plan.existing.notificationChannels,
    ];
    const watched = { ...alerts(names), ...createObjectives(name, plan, child) };
    for (const [key, alert] of Object.entries(watched))
      new gcp.monitoring.AlertPolicy(
        `${name}-alert-${key}`,
        {
          ...alertArgs(alert, names.prefix),
          notificationChannels: channels,
          userLabels: settings.labels,
        },
        afterMetrics,
      );
    this.dashboardUrl = board.id.apply(
      (id) =>
        `https://console.cloud.google.com/monitoring/dashboards/builder/${id.replace(/^.*\//, "")}?project=${project}`,
    );
    this.registerOutputs({ dashboardUrl: this.dashboardUrl });
  }
}

function metricArgs(metric: LogMetric, services: readonly string[]): gcp.logging.MetricArgs {
  const labels = metric.labels ?? [];
  const extractor = (field: string) => `EXTRACT(jsonPayload.${field})`;
  return {
    description: metric.description,
    filter: logFilter(services, metric.messages),
    ...(metric.field === null
      ? {}
      : { valueExtractor: extractor(metric.field), bucketOptions: bucketOptions(metric) }),
    ...(labels.length === 0
      ? {}
      : { labelExtractors: Object.fromEntries(labels.map((label) => [label, extractor(label)])) }),
    metricDescriptor: {
      metricKind: "DELTA",
      valueType: metric.field === null ? "INT64" : "DISTRIBUTION",
      unit: metric.unit,
      displayName: metric.description,
      labels: labels.map((key) => ({ key, valueType: "STRING" })),
    },
  };
}

function bucketOptions(metric: LogMetric): gcp.types.input.logging.MetricBucketOptions {
  const { scale, growth, count } = bucketsOf(metric);
  return { exponentialBuckets: { scale, growthFactor: growth, numFiniteBuckets: count } };
}

function createChannels(
  name: string,
  alertEmail: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string>[] {
  if (alertEmail === "") return [];
  const channel = new gcp.monitoring.NotificationChannel(
    `${name}-email`,
    {
      type: "email",
      displayName: `Mixpanel import: ${alertEmail}`,
      labels: { email_address: alertEmail },
    },
    opts,
  );
  return [channel.id];
}

function alertArgs(alert: Alert, prefix: string): gcp.monitoring.AlertPolicyArgs {
  const displayName = `Mixpanel import (${prefix}): ${alert.title}`;
  return {
    displayName,
    severity: alert.severity,
    combiner: alert.conditions.length > 1 ? "AND" : "OR",
    conditions: alert.conditions.map((condition) => ({ displayName: alert.title, ...condition })),
    documentation: { content: contentOf(alert), mimeType: "text/markdown", subject: displayName },
    ...(alert.notificationPeriod === undefined
      ? {}
      : { alertStrategy: { notificationRateLimit: { period: alert.notificationPeriod } } }),
  };
}

/** Whoever is woken up has not the repository before them: which page of it, and where. */
function contentOf({ advice, title }: Alert): string {
  return `${advice}\n\nStep by step: docs/operate.md of the repository, Runbook, "${title}".`;
}
