import { isObject } from "../../functions/platform/json.ts";
import type { Connection } from "../stack/connect.ts";

/** What waits in a subscription. */
export interface Backlog {
  /** Messages that are not acknowledged; undefined: not known. */
  readonly messages: number | undefined;
  /** Age of the oldest of them. */
  readonly oldestSeconds: number | undefined;
  /** When `messages` was so: RFC 3339; "" when Monitoring does not say. */
  readonly measuredAt: string;
}

/** https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub */
const METRICS = {
  messages: "pubsub.googleapis.com/subscription/num_undelivered_messages",
  oldestSeconds: "pubsub.googleapis.com/subscription/oldest_unacked_message_age",
} as const;
/** Figures are sampled every minute and come up to four minutes late. */
const LOOK_BACK_MS = 10 * 60 * 1000;
/** What a clock may be off by: the interval is that much too short then. */
const CLOCK_TOLERANCE_MS = 60_000;

/** What Monitoring measured last. */
interface Measured {
  readonly value: number;
  readonly at: string;
}

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
      {
        messages: messages.get(idOf(name))?.value,
        oldestSeconds: ages.get(idOf(name))?.value,
        measuredAt: messages.get(idOf(name))?.at ?? "",
      },
    ]),
  );
}

/** The latest value for each subscription, by its short name. */
async function latestValues(
  connection: Connection,
  metric: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Measured>> {
  const { rest } = connection;
  const startedAt = performance.now();
  const askedOf = rest.now();
  const isRightTime = (): boolean => {
    const expected = askedOf + performance.now() - startedAt;
    return Math.abs(rest.now() - expected) < CLOCK_TOLERANCE_MS;
  };
  try {
    const values = await valuesUntil(askedOf, connection, metric, names);
    if (values.size > 0 || isRightTime()) return values;
  } catch (error) {
    if (isRightTime()) throw error;
  }
  // This machine's clock is wrong, as that response's date tells: it was asked of another time.
  return valuesUntil(rest.now(), connection, metric, names);
}

async function valuesUntil(
  end: number,
  { stack, rest, monitoringUrl }: Connection,
  metric: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Measured>> {
  const ids = names.map((name) => JSON.stringify(idOf(name))).join(", ");
  const query = new URLSearchParams({
    filter: `metric.type = "${metric}" AND resource.labels.subscription_id = one_of(${ids})`,
    "interval.startTime": new Date(end - LOOK_BACK_MS).toISOString(),
    "interval.endTime": new Date(end).toISOString(),
  });
  const url = `${monitoringUrl}/v3/projects/${stack.project}/timeSeries?${query.toString()}`;
  const { timeSeries } = await rest.get("looking up the backlog", url);
  const values = (Array.isArray(timeSeries) ? timeSeries : []).flatMap(readSeries);
  return new Map(values);
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries: the newest point is first. */
function readSeries(series: unknown): [string, Measured][] {
  if (!isObject(series) || !isObject(series["resource"])) return [];
  const { labels } = series["resource"];
  const points: unknown = series["points"];
  const [point] = Array.isArray(points) ? (points as unknown[]) : [];
  if (!isObject(labels) || !isObject(point) || !isObject(point["value"])) return [];
  const value = Number(point["value"]["int64Value"]);
  const end = isObject(point["interval"]) ? point["interval"]["endTime"] : undefined;
  const at = typeof end === "string" ? end : "";
  return Number.isFinite(value) ? [[String(labels["subscription_id"]), { value, at }]] : [];
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
