import { PULL_BACKOFF, PUSH_BACKOFF } from "./backoff.ts";
import { createBacklogWaiters } from "./backlog-waiters.ts";
import { deadLetterInput } from "./dead-letter-forward.ts";
import type { Message, MessageInput } from "./message.ts";
import { checkPublish, storedBytes } from "./message.ts";
import type { MessageStore } from "./message-store.ts";
import type { PushCounts, PushDelivery } from "./push-delivery.ts";
import { createPushDelivery } from "./push-delivery.ts";
import { checkEndpoint, checkResourceName } from "./resource-name.ts";
import { ServiceError } from "./service-error.ts";
import type { Lease, Subscription, SubscriptionCounts } from "./subscription.ts";
import { createSubscription } from "./subscription.ts";
import type { SubscriptionSettings } from "./subscription-settings.ts";
import { resolveSettings } from "./subscription-settings.ts";
import type { Timers } from "./timers.ts";

/**
 * A message handed to a puller; `deliveryAttempt` only with a dead-letter policy, as the service
 * does.
 */
export interface ReceivedMessage {
  readonly ackId: string;
  readonly message: Message;
  readonly deliveryAttempt?: number;
}

/** Everything about one subscription that is worth knowing. */
export type SubscriptionStats = SubscriptionCounts & PushCounts;

export type Broker = ReturnType<typeof createBroker>;

interface Attached {
  readonly settings: SubscriptionSettings;
  readonly subscription: Subscription;
  readonly push: PushDelivery;
}

/**
 * Topics and subscriptions in memory, with full names throughout (`projects/P/topics/T`). A message
 * published to a topic without subscriptions is gone, as with the service
 * (https://cloud.google.com/pubsub/docs/subscription-overview#what_is_a_subscription).
 */
export function createBroker(dependencies: {
  readonly timers: Timers;
  readonly random: () => number;
  readonly store: MessageStore;
}) {
  const { timers, random, store } = dependencies;
  const topics = new Map<string, Set<string>>();
  const subscriptions = new Map<string, Attached>();
  const waiters = createBacklogWaiters((names) =>
    names.reduce((sum, name) => sum + find(name).subscription.backlog(), 0),
  );
  let lastMessageId = 1_000_000_000_000_000 + Math.floor(random() * 1e15);

  const find = (name: string): Attached => {
    const found = subscriptions.get(name);
    if (found) return found;
    throw new ServiceError("NOT_FOUND", `Resource not found (resource=${name}).`);
  };

  const subscribersOf = (topic: string): Set<string> => {
    const found = topics.get(topic);
    if (found) return found;
    throw new ServiceError("NOT_FOUND", `Resource not found (resource=${topic}).`);
  };

  const createTopic = (name: string): void => {
    checkResourceName(name, "topics");
    if (topics.has(name))
      throw new ServiceError("ALREADY_EXISTS", `Resource already exists (resource=${name}).`);
    topics.set(name, new Set());
  };

  const publish = (topic: string, inputs: readonly MessageInput[]): string[] => {
    subscribersOf(topic);
    checkPublish(inputs);
    return distribute(topic, inputs);
  };

  const distribute = (topic: string, inputs: readonly MessageInput[]): string[] => {
    const subscribers = [...subscribersOf(topic)].map(find);
    const publishTime = new Date(timers.now()).toISOString();
    const messages = inputs.map(({ data = "", attributes = {} }) => {
      lastMessageId += 1;
      return { data, attributes, messageId: String(lastMessageId), publishTime };
    });
    const bytes = messages.reduce((sum, message) => sum + storedBytes(message), 0);
    store.checkRoom(messages.length * subscribers.length, bytes * subscribers.length);
    for (const message of messages)
      for (const { subscription } of subscribers) subscription.enqueue(message);
    return messages.map(({ messageId }) => messageId);
  };

  const createNewSubscription = (settings: SubscriptionSettings): void => {
    checkResourceName(settings.name, "subscriptions");
    checkEndpoint(settings.pushEndpoint ?? "");
    if (subscriptions.has(settings.name))
      throw new ServiceError(
        "ALREADY_EXISTS",
        `Resource already exists (resource=${settings.name}).`,
      );
    const subscribers = subscribersOf(settings.topic);
    if (settings.deadLetterPolicy) subscribersOf(settings.deadLetterPolicy.deadLetterTopic);
    subscriptions.set(settings.name, attach(settings));
    subscribers.add(settings.name);
  };

  const attach = (settings: SubscriptionSettings): Attached => {
    const resolved = resolveSettings(settings);
    const subscription = createSubscription({
      settings: resolved,
      timers,
      random,
      store,
      retryPolicy: () =>
        resolved.retryPolicy ?? (push.endpoint() === "" ? PULL_BACKOFF : PUSH_BACKOFF),
      forward: (message, attempts) => forward(settings, message, attempts),
      onReady: () => {
        push.pump();
      },
      onSettled: waiters.check,
    });
    const push = createPushDelivery(subscription);
    push.setEndpoint(settings.pushEndpoint ?? "");
    return { settings, subscription, push };
  };

  const forward = (settings: SubscriptionSettings, message: Message, attempts: number): boolean => {
    try {
      const topic = settings.deadLetterPolicy?.deadLetterTopic ?? "";
      distribute(topic, [deadLetterInput(message, settings.name, attempts)]);
      return true;
    } catch (error) {
      if (error instanceof ServiceError) return false;
      throw error;
    }
  };

  const pull = (name: string, maxMessages: number): ReceivedMessage[] => {
    const { subscription } = find(name);
    const leases: Lease[] = [];
    while (leases.length < maxMessages) {
      const lease = subscription.lease();
      if (lease === undefined) break;
      leases.push(lease);
    }
    const withAttempt = subscription.settings.deadLetterPolicy !== undefined;
    return leases.map(({ ackId, message, attempt }) => ({
      ackId,
      message,
      ...(withAttempt && { deliveryAttempt: attempt }),
    }));
  };

  const acknowledge = (name: string, ackIds: readonly string[]): void => {
    const { subscription } = find(name);
    for (const ackId of ackIds) subscription.acknowledge(ackId);
  };

  const modifyAckDeadline = (name: string, ackIds: readonly string[], seconds: number): void => {
    const { subscription } = find(name);
    for (const ackId of ackIds) {
      if (seconds === 0) subscription.refuse(ackId);
      else subscription.extend(ackId, seconds * 1000);
    }
  };

  const close = (): void => {
    for (const { subscription, push } of subscriptions.values()) {
      push.close();
      subscription.close();
    }
    waiters.check();
  };

  return {
    createTopic,
    publish,
    createSubscription: createNewSubscription,
    pull,
    acknowledge,
    modifyAckDeadline,
    close,
    topicNames: (): string[] => [...topics.keys()],
    hasTopic: (name: string): boolean => topics.has(name),
    /** The settings a subscription was created with, and the endpoint it has now. */
    subscription: (name: string): SubscriptionSettings => {
      const { settings, push } = find(name);
      return { ...settings, pushEndpoint: push.endpoint() };
    },
    subscriptionNames: (): string[] => [...subscriptions.keys()],
    setPushEndpoint: (name: string, endpoint: string): void => {
      checkEndpoint(endpoint);
      find(name).push.setEndpoint(endpoint);
    },
    stats: (name: string): SubscriptionStats => {
      const { subscription, push } = find(name);
      return { ...subscription.counts(), ...push.counts() };
    },
    backlogAtMost: waiters.wait,
  };
}
