import type { DeliverUpdates } from "../mixpanel/profiles/deliver-updates.ts";
import type { UpdateDelivery } from "../mixpanel/profiles/update-submission.ts";

/**
 * The updates of one run at an object: once some of them have to be sent again, no later ones are
 * sent. The next run goes on before those, and would send them in their order; a later one that had
 * already arrived would not be the last.
 */
export function createRunUpdates(deliver: DeliverUpdates): DeliverUpdates {
  let retryReason: string | undefined;
  return async (kind, updates, context) => {
    if (retryReason !== undefined) return allPending(updates.length, retryReason);
    return await deliver(kind, updates, {
      ...context,
      // Not when all of these have come to their end: others of them may still be in flight.
      onPending: (reason) => {
        retryReason ??= reason;
      },
    });
  };
}

function allPending(updates: number, retryReason: string): UpdateDelivery {
  const pending = Array.from({ length: updates }, (_, index) => index);
  return {
    imported: 0,
    rejected: [],
    unconfirmed: 0,
    pending,
    retryReason,
    requests: 0,
    retries: 0,
  };
}
