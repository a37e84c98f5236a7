import type { Log } from "../platform/log.ts";
import type { Delivery } from "../mixpanel/deliver-batch.ts";

/**
 * One line for each batch, in the words of Mixpanel's guide. `attempts`: requests to Mixpanel,
 * those included that were repeated or that looked for the culprits in a batch.
 */
export function logDelivery(log: Log, delivery: Delivery, bytes: number, millis: number): void {
  const { imported, rejected, pending, retryReason, requests, retries } = delivery;
  const fields = { count: imported, bytes, attempts: requests + retries, millis };
  if (retryReason === undefined && rejected.length === 0) {
    log("INFO", "Import succeeded", fields);
    return;
  }
  log("WARNING", "Import failed", {
    error: retryReason ?? "Mixpanel rejected events",
    ...fields,
    rejected: rejected.length,
    pending: pending.length,
  });
}
