import { readBacklogs, type Backlog } from "../google/backlog.ts";
import { RefusedError } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";
import { oneLine } from "../status/entrances.ts";
import type { Pause } from "./await-receipt.ts";

/**
 * Figures of Cloud Monitoring are of every minute and up to four minutes late
 * (https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub): one that is read so long
 * after a message was published is of a time when it was there.
 */
const FIGURES_LATE_MS = 6 * 60_000;
/** A local cloud knows at once; the message has had time to be delivered. */
const LOCAL_FIGURES_LATE_MS = 1000;
/** What is known of everything that was published up to a time. */
export type Settlement =
  | { readonly state: "settled" }
  /** `oldest`: when what waits longest was published, in milliseconds since 1970, if known. */
  | { readonly state: "waiting"; readonly oldest?: number }
  /** Nobody may tell, or can: why, in one sentence without a full stop. */
  | { readonly state: "unknown"; readonly why: string };

const NO_FIGURES = "Cloud Monitoring has no figures of the subscription";
const NO_AGE = "Cloud Monitoring does not say how old what waits is";
const SETTLED: Settlement = { state: "settled" };
const WAITING = { state: "waiting" } as const satisfies Settlement;
/** A figure serves all that wait. */
const FIGURE_LASTS_MS = 10_000;

/**
 * Makes the function that tells whether all that was published to the objects topic up to a time
 * is acknowledged: then an object without a receipt was skipped, or given up. Nothing has to be
 * left for that: what is left may all have been published later, as in a stack that is busy.
 *
 * @param subscription `projects/P/subscriptions/S`
 */
export function createSettledLookup(
  connection: Connection,
  subscription: string,
  { now }: Pick<Pause, "now">,
): (sinceMs: number) => Promise<Settlement> {
  const lateMs = connection.stack.local === undefined ? FIGURES_LATE_MS : LOCAL_FIGURES_LATE_MS;
  let readAt = -Infinity;
  let figure: Promise<Backlog | string> = Promise.resolve("");
  const read = async (): Promise<Backlog | string> => {
    try {
      const backlogs = await readBacklogs(connection, [subscription]);
      return backlogs.get(subscription) ?? NO_FIGURES;
    } catch (error) {
      if (error instanceof RefusedError) return oneLine(error.message);
      throw error;
    }
  };
  return async (sinceMs) => {
    if (now() - sinceMs < lateMs) return WAITING;
    if (readAt - sinceMs < lateMs || now() - readAt > FIGURE_LASTS_MS) {
      readAt = now();
      figure = read();
    }
    const known = await figure;
    if (typeof known === "string") return { state: "unknown", why: known };
    const { messages, oldestSeconds, measuredAt } = known;
    if (messages === undefined) return { state: "unknown", why: NO_FIGURES };
    // Of an idle subscription the newest figure may be older than what was published.
    const figureAgeMs = connection.rest.now() - Date.parse(measuredAt);
    const figureAt = readAt - (Number.isNaN(figureAgeMs) ? lateMs : figureAgeMs);
    if (messages === 0) return figureAt >= sinceMs ? SETTLED : WAITING;
    if (oldestSeconds === undefined) return { state: "unknown", why: NO_AGE };
    if (figureAt - oldestSeconds * 1000 > sinceMs) return SETTLED;
    const oldest = Date.parse(measuredAt) - oldestSeconds * 1000;
    return Number.isNaN(oldest) ? WAITING : { ...WAITING, oldest };
  };
}
