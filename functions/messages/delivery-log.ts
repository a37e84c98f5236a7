import type { Log } from "../platform/log.ts";
import type { Delivery } from "../mixpanel/deliver-batch.ts";
import type { UpdateRequestReport } from "../mixpanel/profiles/deliver-updates.ts";

/**
 * One line for each batch, in the words of Mixpanel's guide. `attempts`: requests to Mixpanel,
 * those included that were repeated or that looked for the culprits in a batch.
 */
export function logDelivery(log: Log, delivery: Delivery, bytes: number, millis: number): void {
  logRequests(log, "events", delivery, { count: delivery.imported, ...{ bytes, millis } });
}

/** The same for updates of profiles: `kind` says of which, and `unconfirmed` is counted apart. */
export function logUpdates(log: Log, report: UpdateRequestReport): void {
  const { kind, delivery, bytes, millis } = report;
  const { imported, unconfirmed } = delivery;
  logRequests(log, "updates", delivery, { kind, count: imported, unconfirmed, bytes, millis });
}

type Settled = Pick<Delivery, "rejected" | "pending" | "retryReason" | "requests" | "retries">;

function logRequests(
  log: Log,
  what: "events" | "updates",
  { rejected, pending, retryReason, requests, retries }: Settled,
  counts: Readonly<Record<string, unknown>>,
): void {
  const fields = { ...counts, attempts: requests + retries };
  if (retryReason === undefined && rejected.length === 0) {
    log("INFO", "Import succeeded", fields);
    return;
  }
  log("WARNING", "Import failed", {
    error: retryReason ?? `Mixpanel rejected ${what}`,
    ...fields,
    rejected: rejected.length,
    pending: pending.length,
  });
}
