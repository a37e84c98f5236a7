import type { Delivery } from "../mixpanel/deliver-batch.ts";

/** Whether Mixpanel is worth asking. */
export interface OutageGate {
  /** Why a further message is of no use now, or undefined. `underWay`: messages that are here already. */
  reason(underWay: number): string | undefined;
  /** Told of every batch that came back. */
  report(delivery: Delivery): void;
}

/**
 * After a batch of which nothing was settled in all the time it had, messages are refused at once, except one at a
 * time, which finds out whether the retryReason is over: a message that waits here for the end of an outage only holds
 * memory, while Pub/Sub keeps it and comes back ever less often.
 * https://cloud.google.com/pubsub/docs/push#push_backoff
 */
export function createOutageGate(): OutageGate {
  let isOutage = false;
  return {
    reason: (underWay) =>
      isOutage && underWay > 0 ? "Mixpanel takes nothing at the moment" : undefined,
    report: ({ imported, rejected }) => {
      isOutage = imported + rejected.length === 0;
    },
  };
}
