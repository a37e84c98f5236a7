import type { EntryPoint } from "../functions/settings.ts";
import { CLOUD_NAMES, DEAD_LETTER_REPORT } from "./cloud-names.ts";
import type { CloudPubSub } from "./pubsub/cloud-pubsub.ts";
import type { SubscriptionSettings } from "./pubsub/pubsub-server.ts";

/** What may be set of a push subscription of the local cloud. */
export type DeliverySettings = Partial<
  Pick<
    SubscriptionSettings,
    "ackDeadlineSeconds" | "duplicates" | "maxOutstanding" | "retryPolicy"
  > & { readonly maxDeliveryAttempts: number }
>;

/**
 * As deployed, with shorter pauses: a person waits. 600 s is the longest ack deadline there is
 * (https://cloud.google.com/pubsub/docs/lease-management).
 */
const DELIVERY = {
  ackDeadlineSeconds: 600,
  maxDeliveryAttempts: 100,
  retryPolicy: { minimumBackoffMs: 100, maximumBackoffMs: 3000 },
} as const;

/**
 * One process serves all deliveries here. Deployed, importObject has up to 20 instances with one
 * object each; more than a few at once would only share one processor and hold more memory. 250 is
 * what the stack sets.
 */
const MAX_OUTSTANDING = { importObject: 4, importMessages: 250 } as const;

/**
 * The three topics, and the subscription that keeps dead letters.
 *
 * @param keepsDeadLetters leaves that subscription to an operator, and makes one to report them
 */
export async function createTopics(pubsub: CloudPubSub, keepsDeadLetters: boolean): Promise<void> {
  const { objectsTopic, eventsTopic, deadLetterTopic, deadLetterSubscription } = CLOUD_NAMES;
  for (const topic of [objectsTopic, eventsTopic, deadLetterTopic]) await pubsub.createTopic(topic);
  await pubsub.createSubscription({
    name: deadLetterSubscription,
    topic: deadLetterTopic,
    // What an operator took and did not acknowledge comes back as soon as from a deployed stack.
    ackDeadlineSeconds: keepsDeadLetters ? 60 : DELIVERY.ackDeadlineSeconds,
    ...(keepsDeadLetters && { isPulledElsewhere: true }),
  });
  if (!keepsDeadLetters) return;
  await pubsub.createSubscription({
    name: DEAD_LETTER_REPORT,
    topic: deadLetterTopic,
    ackDeadlineSeconds: DELIVERY.ackDeadlineSeconds,
  });
}

/** The subscription that pushes a function its messages. */
export function pushSubscription(
  entryPoint: EntryPoint,
  pushEndpoint: string,
  settings: DeliverySettings = {},
): SubscriptionSettings {
  const names = {
    importObject: { name: CLOUD_NAMES.objectsSubscription, topic: CLOUD_NAMES.objectsTopic },
    importMessages: { name: CLOUD_NAMES.eventsSubscription, topic: CLOUD_NAMES.eventsTopic },
  };
  const { maxDeliveryAttempts = DELIVERY.maxDeliveryAttempts, ...delivery } = settings;
  return {
    ...names[entryPoint],
    pushEndpoint,
    ackDeadlineSeconds: DELIVERY.ackDeadlineSeconds,
    retryPolicy: DELIVERY.retryPolicy,
    maxOutstanding: MAX_OUTSTANDING[entryPoint],
    deadLetterPolicy: { deadLetterTopic: CLOUD_NAMES.deadLetterTopic, maxDeliveryAttempts },
    ...delivery,
  };
}
