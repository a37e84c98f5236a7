import { isObject, parseJson } from "../../functions/platform/json.ts";
import type { Api } from "./apis.ts";
import type { Inputs } from "./inputs.ts";
import { type AnyKind, defineKind, LABELS } from "./kind.ts";
import type { Deployed } from "./resource.ts";

const REASON = "there is no Cloud Monitoring on one machine";

interface Watching {
  readonly api: Api;
  readonly collection: string;
  /** The last part of its id. */
  readonly read: (inputs: Inputs) => string;
  /** Paths of the other inputs there are. */
  readonly inputs: readonly string[];
  /** Of the full name. */
  readonly outputs: (name: string) => Deployed["outputs"];
}

/** What watches a stack: nothing here asks for it, but it has to be understood like the rest. */
function watching({ api, collection, read, inputs, outputs }: Watching): AnyKind {
  return defineKind({
    apis: [api],
    withoutMeaning: {
      ...Object.fromEntries(inputs.map((input) => [input, REASON])),
      userLabels: LABELS,
    },
    read,
    make: (id, { projectNumber }) => {
      const name = `projects/${projectNumber}/${collection}/${encodeURIComponent(id)}`;
      return { id: name, outputs: outputs(name) };
    },
    remove: () => undefined,
  });
}

const textAt = (key: string) => (inputs: Inputs) => inputs.text(key);
const named = (name: string): Deployed["outputs"] => ({ name });

export const WATCHING_KINDS: Readonly<Record<string, AnyKind>> = {
  "gcp:logging/metric:Metric": watching({
    api: "logging.googleapis.com",
    collection: "metrics",
    read: textAt("name"),
    inputs: [
      "description",
      "filter",
      "valueExtractor",
      "labelExtractors",
      "bucketOptions.exponentialBuckets.growthFactor",
      "bucketOptions.exponentialBuckets.numFiniteBuckets",
      "bucketOptions.exponentialBuckets.scale",
      "metricDescriptor.displayName",
      "metricDescriptor.labels[].key",
      "metricDescriptor.labels[].valueType",
      "metricDescriptor.metricKind",
      "metricDescriptor.unit",
      "metricDescriptor.valueType",
    ],
    // Its name is what it was given.
    outputs: () => ({}),
  }),
  "gcp:monitoring/alertPolicy:AlertPolicy": watching({
    api: "monitoring.googleapis.com",
    collection: "alertPolicies",
    read: textAt("displayName"),
    inputs: [
      "combiner",
      "severity",
      "notificationChannels[]",
      "documentation.content",
      "documentation.mimeType",
      "documentation.subject",
      "alertStrategy.notificationRateLimit.period",
      "conditions[].displayName",
      "conditions[].conditionMatchedLog.filter",
      "conditions[].conditionPrometheusQueryLanguage.disableMetricValidation",
      "conditions[].conditionPrometheusQueryLanguage.duration",
      "conditions[].conditionPrometheusQueryLanguage.evaluationInterval",
      "conditions[].conditionPrometheusQueryLanguage.query",
      "conditions[].conditionThreshold.aggregations[].alignmentPeriod",
      "conditions[].conditionThreshold.aggregations[].crossSeriesReducer",
      "conditions[].conditionThreshold.aggregations[].groupByFields[]",
      "conditions[].conditionThreshold.aggregations[].perSeriesAligner",
      "conditions[].conditionThreshold.comparison",
      "conditions[].conditionThreshold.duration",
      "conditions[].conditionThreshold.filter",
      "conditions[].conditionThreshold.thresholdValue",
    ],
    outputs: named,
  }),
  "gcp:monitoring/customService:CustomService": watching({
    api: "monitoring.googleapis.com",
    collection: "services",
    read: textAt("serviceId"),
    inputs: ["displayName"],
    outputs: named,
  }),
  "gcp:monitoring/dashboard:Dashboard": watching({
    api: "monitoring.googleapis.com",
    collection: "dashboards",
    read: (inputs) => {
      const board = parseJson(inputs.text("dashboardJson"));
      const title = isObject(board) ? board["displayName"] : undefined;
      if (typeof title === "string") return title;
      return inputs.refuse("dashboardJson", "has to be JSON with a displayName");
    },
    inputs: [],
    outputs: () => ({}),
  }),
  "gcp:monitoring/notificationChannel:NotificationChannel": watching({
    api: "monitoring.googleapis.com",
    collection: "notificationChannels",
    read: textAt("displayName"),
    inputs: ["type", "labels.email_address"],
    outputs: named,
  }),
  "gcp:monitoring/slo:Slo": watching({
    api: "monitoring.googleapis.com",
    collection: "serviceLevelObjectives",
    read: textAt("sloId"),
    inputs: [
      "displayName",
      "goal",
      "rollingPeriodDays",
      "service",
      "windowsBasedSli.metricMeanInRange.range.max",
      "windowsBasedSli.metricMeanInRange.timeSeries",
      "windowsBasedSli.windowPeriod",
    ],
    outputs: named,
  }),
};
