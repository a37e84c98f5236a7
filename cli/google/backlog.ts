import { isObject } from "../../functions/platform/json.ts";
import type { Connection } from "../stack/connect.ts";

/** What waits in a subscription. */
export interface Backlog {
  /** Messages that are not acknowledged; undefined: not known. */
  readonly messages: number | undefined;
  /** Age of the oldest of them. */
  readonly oldestSeconds: number | undefined;
}

/** https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub */
const METRICS = {
  messages: "pubsub.googleapis.com/subscription/num_undelivered_messages",
  oldestSeconds: "pubsub.googleapis.com/subscription/oldest_unacked_message_age",
} as const;
/** Figures are sampled every minute and come up to four minutes late. */
const LOOK_BACK_MS = 10 * 60 * 1000;

/**
 * The backlogs of subscriptions (`projects/P/subscriptions/S`), by that name. They come from Cloud
 * Monitoring, since Pub/Sub itself does not tell, and are minutes old.
 *
 * @throws RefusedError, UnavailableError
 */
export async function readBacklogs(
  connection: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, Backlog>> {
  const [messages, ages] = await Promise.all([
    latestValues(connection, METRICS.messages, names),
    latestValues(connection, METRICS.oldestSeconds, names),
  ]);
  return new Map(
    names.map((name) => [
      name,
      { messages: messages.get(idOf(name)), oldestSeconds: ages.get(idOf(name)) },
    ]),
  );
}

/** The latest value for each subscription, by its short name. */
async function latestValues(
  { stack, rest, monitoringUrl }: Connection,
  metric: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const ids = names.map((name) => JSON.stringify(idOf(name))).join(", ");
  const now = Date.now();
  const query = new URLSearchParams({
    filter: `metric.type = "${metric}" AND resource.labels.subscription_id = one_of(${ids})`,
    "interval.startTime": new Date(now - LOOK_BACK_MS).toISOString(),
    "interval.endTime": new Date(now).toISOString(),
  });
  const url = `${monitoringUrl}/v3/projects/${stack.project}/timeSeries?${query.toString()}`;
  const { timeSeries } = await rest.get("looking up the backlog", url);
  const values = (Array.isArray(timeSeries) ? timeSeries : []).flatMap(readSeries);
  return new Map(values);
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries: the newest point is first. */
function readSeries(series: unknown): [string, number][] {
  if (!isObject(series) || !isObject(series["resource"])) return [];
  const { labels } = series["resource"];
  const points: unknown = series["points"];
  const [point] = Array.isArray(points) ? (points as unknown[]) : [];
  if (!isObject(labels) || !isObject(point) || !isObject(point["value"])) return [];
  const value = Number(point["value"]["int64Value"]);
  return Number.isFinite(value) ? [[String(labels["subscription_id"]), value]] : [];
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
