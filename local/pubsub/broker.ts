import type { Caller } from "../caller.ts";
import { type Attached, attachSubscription } from "./attached-subscription.ts";
import { createBacklogWaiters } from "./backlog-waiters.ts";
import type { Message, MessageInput } from "./message.ts";
import { checkPublish, storedBytes } from "./message.ts";
import type { MessageStore } from "./message-store.ts";
import type { PushCounts } from "./push-delivery.ts";
import { checkEndpoint, checkResourceName } from "./resource-name.ts";
import { ServiceError } from "./service-error.ts";
import type { Lease, SubscriptionCounts } from "./subscription.ts";
import type { SubscriptionSettings } from "./subscription-settings.ts";
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
    names.reduce((sum, name) => sum + this.#backlogOf(name), 0),
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
    throw notFound(name);
  }

  /** Nothing is left of one that is deleted while somebody waits for it. */
  #backlogOf(name: string): number {
    return this.#subscriptions.get(name)?.subscription.backlog() ?? 0;
  }

  #subscribersOf(topic: string): Set<string> {
    const found = this.#topics.get(topic);
    if (found) return found;
    throw notFound(topic);
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
    return attachSubscription(settings, {
      timers: this.#timers,
      random: this.#random,
      store: this.#store,
      agent: this.#agent,
      publish: (topic, inputs) => this.#distribute(topic, inputs),
      onSettled: this.#waiters.check,
    });
  }

  /**
   * Changes everything but the topic and the filter; messages stay, and so do requests under way.
   *
   * @throws ServiceError INVALID_ARGUMENT for those two, NOT_FOUND
   */
  updateSubscription(settings: SubscriptionSettings): void {
    checkEndpoint(settings.pushEndpoint ?? "");
    const attached = this.#find(settings.name);
    const { topic, filter = "" } = attached.settings();
    if (settings.topic !== topic || (settings.filter ?? "") !== filter)
      throw new ServiceError("INVALID_ARGUMENT", "The topic and the filter cannot be changed.");
    if (settings.deadLetterPolicy) this.#subscribersOf(settings.deadLetterPolicy.deadLetterTopic);
    attached.change(settings);
  }

  /** With its messages. @throws ServiceError NOT_FOUND */
  deleteSubscription(name: string): void {
    const attached = this.#find(name);
    attached.close();
    this.#subscriptions.delete(name);
    this.#topics.get(attached.settings().topic)?.delete(name);
    this.#waiters.check();
  }

  /** Its subscriptions stay, with the messages they have. @throws ServiceError NOT_FOUND */
  deleteTopic(name: string): void {
    this.#subscribersOf(name);
    this.#topics.delete(name);
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
    for (const attached of this.#subscriptions.values()) attached.close();
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
    const attached = this.#find(name);
    return { ...attached.settings(), pushEndpoint: attached.push.endpoint() };
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
    const missing = names.find((name) => !this.#subscriptions.has(name));
    return missing === undefined
      ? this.#waiters.wait(limit, names)
      : Promise.reject(notFound(missing));
  }
}

function notFound(name: string): ServiceError {
  return new ServiceError("NOT_FOUND", `Resource not found (resource=${name}).`);
}
