import type { Caller } from "../caller.ts";
import { PULL_BACKOFF, PUSH_BACKOFF } from "./backoff.ts";
import { createBacklogWaiters } from "./backlog-waiters.ts";
import { deadLetterInput } from "./dead-letter-forward.ts";
import type { Message, MessageInput } from "./message.ts";
import { checkPublish, storedBytes } from "./message.ts";
import type { MessageStore } from "./message-store.ts";
import { type PushCounts, PushDelivery } from "./push-delivery.ts";
import { checkEndpoint, checkResourceName } from "./resource-name.ts";
import { ServiceError } from "./service-error.ts";
import type { Lease, SubscriptionCounts } from "./subscription.ts";
import { Subscription } from "./subscription.ts";
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

interface Attached {
  readonly settings: SubscriptionSettings;
  readonly subscription: Subscription;
  readonly push: PushDelivery;
}

export interface BrokerDependencies {
  readonly timers: Timers;
  readonly random: () => number;
  readonly store: MessageStore;
  /** Whose rights decide about push requests and dead letters. */
  readonly agent: Caller;
}

/**
 * Topics and subscriptions in memory, with full names throughout (`projects/P/topics/T`). A message
 * published to a topic without subscriptions is gone, as with the service
 * (https://cloud.google.com/pubsub/docs/subscription-overview#what_is_a_subscription).
 */
export class Broker {
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #store: MessageStore;
  readonly #agent: Caller;
  readonly #topics = new Map<string, Set<string>>();
  readonly #subscriptions = new Map<string, Attached>();
  readonly #waiters = createBacklogWaiters((names) =>
    names.reduce((sum, name) => sum + this.#find(name).subscription.backlog(), 0),
  );
  #lastMessageId: number;

  constructor({ timers, random, store, agent }: BrokerDependencies) {
    this.#timers = timers;
    this.#random = random;
    this.#store = store;
    this.#agent = agent;
    this.#lastMessageId = 1_000_000_000_000_000 + Math.floor(random() * 1e15);
  }

  #find(name: string): Attached {
    const found = this.#subscriptions.get(name);
    if (found) return found;
    throw new ServiceError("NOT_FOUND", `Resource not found (resource=${name}).`);
  }

  #subscribersOf(topic: string): Set<string> {
    const found = this.#topics.get(topic);
    if (found) return found;
    throw new ServiceError("NOT_FOUND", `Resource not found (resource=${topic}).`);
  }

  createTopic(name: string): void {
    checkResourceName(name, "topics");
    if (this.#topics.has(name))
      throw new ServiceError("ALREADY_EXISTS", `Resource already exists (resource=${name}).`);
    this.#topics.set(name, new Set());
  }

  /** @throws ServiceError NOT_FOUND */
  requireTopic(name: string): void {
    this.#subscribersOf(name);
  }

  publish(topic: string, inputs: readonly MessageInput[]): string[] {
    this.#subscribersOf(topic);
    checkPublish(inputs);
    return this.#distribute(topic, inputs);
  }

  #distribute(topic: string, inputs: readonly MessageInput[]): string[] {
    const subscribers = [...this.#subscribersOf(topic)].map((name) => this.#find(name));
    const publishTime = new Date(this.#timers.now()).toISOString();
    const messages = inputs.map(({ data = "", attributes = {} }) => {
      this.#lastMessageId += 1;
      return { data, attributes, messageId: String(this.#lastMessageId), publishTime };
    });
    const bytes = messages.reduce((sum, message) => sum + storedBytes(message), 0);
    this.#store.checkRoom(messages.length * subscribers.length, bytes * subscribers.length);
    for (const message of messages)
      for (const { subscription } of subscribers) subscription.enqueue(message);
    return messages.map(({ messageId }) => messageId);
  }

  createSubscription(settings: SubscriptionSettings): void {
    checkResourceName(settings.name, "subscriptions");
    checkEndpoint(settings.pushEndpoint ?? "");
    if (this.#subscriptions.has(settings.name))
      throw new ServiceError(
        "ALREADY_EXISTS",
        `Resource already exists (resource=${settings.name}).`,
      );
    const subscribers = this.#subscribersOf(settings.topic);
    if (settings.deadLetterPolicy) this.#subscribersOf(settings.deadLetterPolicy.deadLetterTopic);
    const attached = this.#attach(settings);
    this.#subscriptions.set(settings.name, attached);
    subscribers.add(settings.name);
  }

  #attach(settings: SubscriptionSettings): Attached {
    const resolved = resolveSettings(settings);
    const subscription = new Subscription({
      settings: resolved,
      timers: this.#timers,
      random: this.#random,
      store: this.#store,
      retryPolicy: () =>
        resolved.retryPolicy ?? (push.endpoint() === "" ? PULL_BACKOFF : PUSH_BACKOFF),
      forward: (message, attempts) => this.#forward(settings, message, attempts),
      onReady: () => {
        push.pump();
      },
      onSettled: this.#waiters.check,
    });
    const push: PushDelivery = new PushDelivery(subscription, this.#agent);
    push.setEndpoint(settings.pushEndpoint ?? "");
    return { settings, subscription, push };
  }

  /** https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions. */
  #forward(settings: SubscriptionSettings, message: Message, attempts: number): boolean {
    const topic = settings.deadLetterPolicy?.deadLetterTopic ?? "";
    const mayForward =
      this.#agent.may("pubsub.topics.publish", topic) &&
      this.#agent.may("pubsub.subscriptions.consume", settings.name);
    if (!mayForward) return false;
    try {
      this.#distribute(topic, [deadLetterInput(message, settings.name, attempts)]);
      return true;
    } catch (error) {
      if (error instanceof ServiceError) return false;
      throw error;
    }
  }

  pull(name: string, maxMessages: number): ReceivedMessage[] {
    const { subscription } = this.#find(name);
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
  }

  acknowledge(name: string, ackIds: readonly string[]): void {
    const { subscription } = this.#find(name);
    for (const ackId of ackIds) subscription.acknowledge(ackId);
  }

  modifyAckDeadline(name: string, ackIds: readonly string[], seconds: number): void {
    const { subscription } = this.#find(name);
    for (const ackId of ackIds) {
      if (seconds === 0) subscription.refuse(ackId);
      else subscription.extend(ackId, seconds * 1000);
    }
  }

  close(): void {
    for (const { subscription, push } of this.#subscriptions.values()) {
      push.close();
      subscription.close();
    }
    this.#waiters.check();
  }

  topicNames(): string[] {
    return [...this.#topics.keys()];
  }

  hasTopic(name: string): boolean {
    return this.#topics.has(name);
  }

  subscriptionNames(): string[] {
    return [...this.#subscriptions.keys()];
  }

  /** The settings a subscription was created with, and the endpoint it has now. */
  subscription(name: string): SubscriptionSettings {
    const { settings, push } = this.#find(name);
    return { ...settings, pushEndpoint: push.endpoint() };
  }

  setPushEndpoint(name: string, endpoint: string): void {
    checkEndpoint(endpoint);
    this.#find(name).push.setEndpoint(endpoint);
  }

  stats(name: string): SubscriptionStats {
    const { subscription, push } = this.#find(name);
    return { ...subscription.counts(), ...push.counts() };
  }

  /** Resolves when the subscriptions together have at most `limit` messages not settled. */
  backlogAtMost(limit: number, names: readonly string[]): Promise<void> {
    return this.#waiters.wait(limit, names);
  }
}
