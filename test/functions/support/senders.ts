import type { DeliverBatch } from "../../../functions/mixpanel/deliver-batch.ts";
import type { DeliverUpdates } from "../../../functions/mixpanel/profiles/deliver-updates.ts";
import type { SliceSenders } from "../../../functions/objects/slice-delivery.ts";

/** All updates are imported. */
export const importUpdates: DeliverUpdates = (_kind, updates) =>
  Promise.resolve({
    imported: updates.length,
    rejected: [],
    unconfirmed: 0,
    pending: [],
    retryReason: undefined,
    requests: 1,
    retries: 0,
  });

/** What sends a slice: events as told, and updates, of which all are imported unless told. */
export function sendersOf(
  deliver: DeliverBatch,
  deliverUpdates: DeliverUpdates = importUpdates,
): SliceSenders {
  return { deliver, deliverUpdates };
}
