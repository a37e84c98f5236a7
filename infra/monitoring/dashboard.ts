import { type LogMetricName, logSeries } from "./log-metrics.ts";
import type { MonitoredNames } from "../names.ts";

/** A chart: what it says, its unit, and a PromQL query for each line. */
interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly queries: Readonly<Record<string, string>>;
}

/**
 * Uncompressed bytes a Mixpanel project may send in a minute
 * (https://developer.mixpanel.com/reference/import-events#rate-limits).
 */
const MIXPANEL_BYTES_PER_MINUTE = 2e9;

const COLUMNS = 48;
const TILE = { width: 24, height: 16 };

/**
 * The dashboard as Cloud Monitoring reads it
 * (https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards).
 */
export function dashboard(names: MonitoredNames): unknown {
  const perRow = COLUMNS / TILE.width;
  const tiles = charts(names).map((chart, index) => ({
    ...unlessZero("xPos", (index % perRow) * TILE.width),
    ...unlessZero("yPos", Math.floor(index / perRow) * TILE.height),
    ...TILE,
    widget: {
      title: chart.title,
      xyChart: {
        dataSets: Object.entries(chart.queries).map(([legend, prometheusQuery]) => ({
          legendTemplate: legend,
          plotType: "LINE",
          timeSeriesQuery: { prometheusQuery, unitOverride: chart.unit },
        })),
      },
    },
  }));
  return {
    displayName: `Mixpanel import: ${names.prefix}`,
    mosaicLayout: { columns: COLUMNS, tiles },
  };
}

/**
 * The API leaves out a position of 0: written down, it would differ from what is read back at every
 * `pulumi up`.
 */
function unlessZero(key: "xPos" | "yPos", position: number): Partial<Record<typeof key, number>> {
  return position === 0 ? {} : { [key]: position };
}

function charts(names: MonitoredNames): Chart[] {
  return [
    ...eventCharts(names),
    ...requestCharts(names),
    ...queueCharts(names),
    ...functionCharts(names),
  ];
}

/** Sums over the log metrics of a stack, per second. */
function ratesOf({ metricName }: MonitoredNames) {
  return {
    rate: (metric: LogMetricName, by = "") =>
      `sum${by}(rate(${logSeries(metricName(metric), "sum")}[5m]))`,
    rateOf: (metric: LogMetricName, service: string) =>
      `sum(rate(${logSeries(metricName(metric), "sum", service)}[5m]))`,
  };
}

function eventCharts(names: MonitoredNames): Chart[] {
  const { importObject, importMessages } = names.functions;
  const { rate, rateOf } = ratesOf(names);
  return [
    {
      title: "Events imported per second",
      unit: "1/s",
      queries: {
        objects: rateOf("events-imported", importObject),
        messages: rateOf("events-imported", importMessages),
      },
    },
    {
      title: "Bytes imported per second, uncompressed",
      unit: "By/s",
      queries: {
        objects: rateOf("bytes", importObject),
        messages: rateOf("bytes", importMessages),
      },
    },
    {
      title: "Share of Mixpanel's rate limit",
      unit: "10^2.%",
      queries: { used: `${rate("bytes")} * 60 / ${MIXPANEL_BYTES_PER_MINUTE}` },
    },
    {
      title: "Not imported, per second",
      unit: "1/s",
      queries: {
        rejected: rate("events-rejected"),
        unusable: rate("records-unusable"),
        dropped: rate("records-dropped"),
      },
    },
    {
      title: "Dead letters by reason, records per second",
      unit: "1/s",
      queries: { "{{reason}}": rate("dead-letters", " by (reason)") },
    },
  ];
}

function requestCharts(names: MonitoredNames): Chart[] {
  const { metricName } = names;
  const { rate } = ratesOf(names);
  return [
    {
      title: "Requests to Mixpanel per second",
      unit: "1/s",
      queries: {
        objects: rate("object-requests"),
        "objects, repeated": rate("object-retries"),
        messages: rate("message-requests"),
        "batches with failures": `sum(rate(${logSeries(metricName("batches-failed"), "")}[5m]))`,
      },
    },
    {
      title: "Latency of Mixpanel, batches of messages",
      unit: "ms",
      queries: {
        median: quantile(0.5, metricName("batch-millis")),
        "95 %": quantile(0.95, metricName("batch-millis")),
      },
    },
    {
      title: "Time of an object, first to last run",
      unit: "s",
      queries: {
        median: quantile(0.5, metricName("object-seconds")),
        "95 %": quantile(0.95, metricName("object-seconds")),
      },
    },
  ];
}

function queueCharts({ subscriptions }: MonitoredNames): Chart[] {
  const { objects, events, deadLetters } = subscriptions;
  const waiting = (subscription: string) =>
    subscriptionSeries("num_undelivered_messages", subscription);
  const oldest = (subscription: string) =>
    subscriptionSeries("oldest_unacked_message_age", subscription);
  return [
    {
      title: "Messages waiting",
      unit: "1",
      queries: { objects: waiting(objects), events: waiting(events) },
    },
    {
      title: "Age of the oldest message",
      unit: "s",
      queries: { objects: oldest(objects), events: oldest(events) },
    },
    { title: "Dead letters waiting", unit: "1", queries: { waiting: waiting(deadLetters) } },
  ];
}

function functionCharts({ functions }: MonitoredNames): Chart[] {
  const perFunction = (query: (service: string) => string) => ({
    importObject: query(functions.importObject),
    importMessages: query(functions.importMessages),
  });
  return [
    {
      title: "Answers of the functions other than 2xx, per second",
      unit: "1/s",
      queries: perFunction(
        (service) =>
          `sum(rate(run_googleapis_com:request_count{monitored_resource="cloud_run_revision",service_name="${service}",response_code_class!="2xx"}[5m]))`,
      ),
    },
    {
      title: "Instances",
      unit: "1",
      queries: perFunction(
        (service) =>
          `sum(run_googleapis_com:container_instance_count{monitored_resource="cloud_run_revision",service_name="${service}"})`,
      ),
    },
  ];
}

function quantile(share: number, metric: string): string {
  return `histogram_quantile(${share}, sum by (le) (rate(${logSeries(metric, "bucket")}[10m])))`;
}

function subscriptionSeries(metric: string, subscription: string): string {
  return `max(pubsub_googleapis_com:subscription_${metric}{monitored_resource="pubsub_subscription",subscription_id="${subscription}"})`;
}
