import { readBacklogs } from "../google/backlog.ts";
import { RefusedError } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";
import type { Pause } from "./await-receipt.ts";

/**
 * Figures of Cloud Monitoring are of every minute and up to four minutes late
 * (https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub): one that is read so long
 * after a message was published is of a time when it was there.
 */
const FIGURES_LATE_MS = 6 * 60_000;
/** A local cloud knows at once; the message has had time to be delivered. */
const LOCAL_FIGURES_LATE_MS = 1000;
/** A figure serves all that wait. */
const FIGURE_LASTS_MS = 10_000;

/**
 * Makes the function that tells whether all that was published to the objects topic up to a time
 * is acknowledged: then an object without a receipt was skipped. Where Monitoring may not be read
 * nobody knows, and it says no.
 *
 * @param subscription `projects/P/subscriptions/S`
 */
export function createSettledLookup(
  connection: Connection,
  subscription: string,
  { now }: Pick<Pause, "now">,
): (sinceMs: number) => Promise<boolean> {
  const lateMs = connection.stack.local === undefined ? FIGURES_LATE_MS : LOCAL_FIGURES_LATE_MS;
  let readAt = -Infinity;
  let figure = Promise.resolve(false);
  const isEmpty = async (): Promise<boolean> => {
    try {
      const backlogs = await readBacklogs(connection, [subscription]);
      return backlogs.get(subscription)?.messages === 0;
    } catch (error) {
      if (error instanceof RefusedError) return false;
      throw error;
    }
  };
  return async (sinceMs) => {
    if (now() - sinceMs < lateMs) return false;
    if (readAt - sinceMs < lateMs || now() - readAt > FIGURE_LASTS_MS) {
      readAt = now();
      figure = isEmpty();
    }
    return await figure;
  };
}
