import type { Caller } from "../caller.ts";
import { PULL_BACKOFF, PUSH_BACKOFF } from "./backoff.ts";
import { deadLetterInput } from "./dead-letter-forward.ts";
import type { Message, MessageInput } from "./message.ts";
import type { MessageStore } from "./message-store.ts";
import { PushDelivery } from "./push-delivery.ts";
import { ServiceError } from "./service-error.ts";
import { Subscription } from "./subscription.ts";
import { resolveSettings, type SubscriptionSettings } from "./subscription-settings.ts";
import type { Timers } from "./timers.ts";

/** A subscription with the delivery of its messages. */
export interface Attached {
  readonly subscription: Subscription;
  readonly push: PushDelivery;
  /** As of its creation, or of the last change. */
  settings(): SubscriptionSettings;
  change(settings: SubscriptionSettings): void;
  /** Ends what is under way and forgets all messages. */
  close(): void;
}

export interface AttachedDependencies {
  readonly timers: Timers;
  readonly random: () => number;
  readonly store: MessageStore;
  /** Whose rights decide about push requests and dead letters. */
  readonly agent: Caller;
  readonly publish: (topic: string, inputs: readonly MessageInput[]) => void;
  /** A message was put aside for good. */
  readonly onSettled: () => void;
}

/** @throws ServiceError INVALID_ARGUMENT for a filter that is not one */
export function attachSubscription(
  created: SubscriptionSettings,
  outside: AttachedDependencies,
): Attached {
  let settings = created;
  const subscription = new Subscription({
    ...outside,
    settings: resolveSettings(settings),
    retryPolicy: () =>
      settings.retryPolicy ?? (push.endpoint() === "" ? PULL_BACKOFF : PUSH_BACKOFF),
    forward: (message, attempts) => forward(settings, message, attempts, outside),
    onReady: () => {
      push.pump();
    },
  });
  const push: PushDelivery = new PushDelivery(subscription, outside.agent);
  push.setEndpoint(settings.pushEndpoint ?? "");
  return {
    subscription,
    push,
    settings: () => settings,
    change: (changed) => {
      subscription.settings = resolveSettings(changed);
      settings = changed;
      push.setEndpoint(settings.pushEndpoint ?? "");
    },
    close: () => {
      push.close();
      subscription.close();
    },
  };
}

/**
 * Whether the message is with the dead letters
 * (https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions).
 */
function forward(
  settings: SubscriptionSettings,
  message: Message,
  attempts: number,
  { agent, publish }: AttachedDependencies,
): boolean {
  const topic = settings.deadLetterPolicy?.deadLetterTopic ?? "";
  const mayForward =
    agent.may("pubsub.topics.publish", topic) &&
    agent.may("pubsub.subscriptions.consume", settings.name);
  if (!mayForward) return false;
  try {
    publish(topic, [deadLetterInput(message, settings.name, attempts)]);
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}
