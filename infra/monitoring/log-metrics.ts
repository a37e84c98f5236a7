/**
 * What is counted from the functions' log lines: the one place that knows how they are named. A
 * distribution sums a field of the line, a count counts lines. A metric's type can never be changed
 * (https://cloud.google.com/logging/docs/logs-based-metrics), hence distributions wherever there is
 * a sum.
 */
export const LOG_METRICS = {
  "events-imported": {
    description: "Events that Mixpanel accepted",
    messages: ["Import complete", "Messages settled"],
    field: "events.imported",
    unit: "1",
  },
  "events-rejected": {
    description: "Events that Mixpanel refused",
    messages: ["Import complete", "Messages settled"],
    field: "events.rejected",
    unit: "1",
  },
  "records-unusable": {
    description: "Records that could not become an event",
    messages: ["Import complete", "Messages settled"],
    field: "records.unusable",
    unit: "1",
  },
  "records-dropped": {
    description: "Records that the transform left out",
    messages: ["Import complete", "Messages settled"],
    field: "records.dropped",
    unit: "1",
  },
  bytes: {
    description: "Bytes of the records, uncompressed",
    messages: ["Import complete", "Messages settled"],
    field: "bytes",
    unit: "By",
  },
  "object-seconds": {
    description: "Time from the first to the last run of an object",
    messages: ["Import complete"],
    field: "seconds",
    unit: "s",
  },
  "object-requests": {
    description: "Requests to Mixpanel for objects",
    messages: ["Import complete"],
    field: "requests",
    unit: "1",
  },
  "object-retries": {
    description: "Requests to Mixpanel for objects that were repeated",
    messages: ["Import complete"],
    field: "retries",
    unit: "1",
  },
  "message-requests": {
    description: "Requests to Mixpanel for messages, repeated ones included",
    messages: ["Import succeeded", "Import failed"],
    field: "attempts",
    unit: "1",
  },
  "batch-millis": {
    description: "Time a batch of messages takes, its retries included",
    messages: ["Import succeeded", "Import failed"],
    field: "millis",
    unit: "ms",
  },
  "batches-failed": {
    description: "Batches of messages that failed, or of which Mixpanel refused events",
    messages: ["Import failed"],
    field: null,
    unit: "1",
  },
  "dead-letters": {
    description: "Records in dead letters, by reason",
    messages: ["Dead letters published"],
    field: "records",
    unit: "1",
    labels: ["reason"],
  },
} as const satisfies Readonly<Record<string, LogMetric>>;

/** Written, at CRITICAL, when a token or an account is answered 401 or 403. */
export const CREDENTIALS_MESSAGES = [
  "Mixpanel refused the credentials",
  "Google refused the credentials",
] as const;

/** Written when Mixpanel accepted updates of profiles without saying how many it stored. */
export const UNCONFIRMED_MESSAGES = ["Updates unconfirmed"] as const;

/**
 * Upper bounds of a distribution: `scale * growth ^ n`. The provider, like the API, chooses none by
 * itself
 * (https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics#BucketOptions).
 */
export interface Buckets {
  readonly scale: number;
  readonly growth: number;
  readonly count: number;
}

/**
 * What is measured lies between 1 and a trillion of anything counted, 0.1 s and 12 days, 1 ms and
 * 12 minutes.
 */
const BUCKETS: Readonly<Record<string, Buckets>> = {
  "1": { scale: 1, growth: 2, count: 40 },
  By: { scale: 1024, growth: 2, count: 34 },
  s: { scale: 0.1, growth: 1.5, count: 40 },
  ms: { scale: 1, growth: 1.4, count: 40 },
};

/** The buckets of a metric that sums. */
export function bucketsOf({ unit }: LogMetric): Buckets {
  const buckets = BUCKETS[unit];
  if (buckets === undefined) throw new Error(`a distribution in ${unit} has no buckets`);
  return buckets;
}

export interface LogMetric {
  readonly description: string;
  /** Values of `message` of the lines it is made of. */
  readonly messages: readonly string[];
  /** Path in the line that is summed; null counts lines. */
  readonly field: string | null;
  /** https://unitsofmeasure.org, as Cloud Monitoring writes them */
  readonly unit: string;
  /** Fields of the line that become labels. */
  readonly labels?: readonly string[];
}

export type LogMetricName = keyof typeof LOG_METRICS;

/** The metrics by name. */
export function logMetrics(): [LogMetricName, LogMetric][] {
  const isName = (name: string): name is LogMetricName => name in LOG_METRICS;
  return Object.keys(LOG_METRICS)
    .filter(isName)
    .map((name) => [name, LOG_METRICS[name]]);
}

/**
 * A filter on the lines of `functions` that say one of `messages`
 * (https://cloud.google.com/logging/docs/view/logging-query-language).
 */
export function logFilter(functions: readonly string[], messages: readonly string[]): string {
  const anyOf = (values: readonly string[]) =>
    `(${values.map((value) => JSON.stringify(value)).join(" OR ")})`;
  return [
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name=${anyOf(functions)}`,
    `jsonPayload.message=${anyOf(messages)}`,
  ].join(" AND ");
}

/**
 * A log-based metric in PromQL (https://cloud.google.com/monitoring/promql/promql-mapping).
 *
 * @param part `sum`, `count` or `bucket` of a distribution; "" for a count
 */
export function logSeries(metric: string, part: string, service?: string): string {
  const series = `logging_googleapis_com:user_${metric.replace(/[^A-Za-z0-9_]/g, "_")}`;
  const only = service === undefined ? "" : `,service_name="${service}"`;
  return `${series}${part === "" ? "" : `_${part}`}{monitored_resource="cloud_run_revision"${only}}`;
}
