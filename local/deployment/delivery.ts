import type { SubscriptionSettings } from "../pubsub/subscription-settings.ts";

/**
 * What may be otherwise than registered of the messages that are pushed to a function: a person
 * waits, and a test wants what the service may do at any time.
 */
export type DeliverySettings = Partial<
  Pick<SubscriptionSettings, "ackDeadlineSeconds" | "duplicates" | "retryPolicy"> & {
    readonly maxDeliveryAttempts: number;
    /** Requests at once, of Pub/Sub and of the one instance. @default the function's concurrency */
    readonly maxOutstanding: number;
  }
>;

/** Settings as registered, with those that are to be others. */
export function withDelivery(
  registered: SubscriptionSettings,
  { maxDeliveryAttempts, ...delivery }: DeliverySettings = {},
): SubscriptionSettings {
  const { deadLetterPolicy } = registered;
  return {
    ...registered,
    ...delivery,
    ...(deadLetterPolicy &&
      maxDeliveryAttempts !== undefined && {
        deadLetterPolicy: { ...deadLetterPolicy, maxDeliveryAttempts },
      }),
  };
}
