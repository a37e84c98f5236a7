import { type Caller, OWNER } from "../caller.ts";
import { listenOnLoopback, type RequestHandler } from "../http-server.ts";
import type { ReceivedMessage, SubscriptionStats } from "./broker.ts";
import { Broker } from "./broker.ts";
import type { MessageInput } from "./message.ts";
import { createMessageStore } from "./message-store.ts";
import { createRestApi } from "./rest-api.ts";
import type { SubscriptionSettings } from "./subscription-settings.ts";
import type { Timers } from "./timers.ts";
import { systemTimers } from "./timers.ts";

export type { ReceivedMessage, SubscriptionStats } from "./broker.ts";
export type { Message, MessageInput } from "./message.ts";
export type { SubscriptionSettings } from "./subscription-settings.ts";

export interface PubSubOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** @default the real clock */
  readonly timers?: Timers;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
  /** Google's own account for Pub/Sub, which pushes and forwards. @default may everything */
  readonly agent?: Caller;
  /** What all subscriptions together hold at most. @default 500,000 messages and 512 MiB */
  readonly limits?: { readonly maxMessages?: number; readonly maxBytes?: number };
}

/**
 * A local Pub/Sub. Names are full ones; calls that the service would refuse throw a ServiceError.
 */
export interface PubSub {
  /** `http://127.0.0.1:PORT`, where the REST interface is. */
  readonly url: string;
  /** `127.0.0.1:PORT`, as PUBSUB_EMULATOR_HOST wants it. */
  readonly host: string;
  /** The REST interface for somebody who may not do everything, to be served elsewhere. */
  handlerFor(caller: Caller): RequestHandler;
  createTopic(name: string): void;
  createSubscription(settings: SubscriptionSettings): void;
  /** Changes everything but its topic and its filter; its messages stay. */
  updateSubscription(settings: SubscriptionSettings): void;
  /** With its messages. */
  deleteSubscription(name: string): void;
  /** Its subscriptions stay. */
  deleteTopic(name: string): void;
  hasTopic(name: string): boolean;
  /** @throws ServiceError NOT_FOUND */
  requireTopic(name: string): void;
  /** Names of the subscriptions that push. */
  pushSubscriptions(): string[];
  /** Returns the message ids, in order. */
  publish(topic: string, messages: readonly MessageInput[]): string[];
  /** What is ready now, at most `maxMessages`; never waits. */
  pull(subscription: string, maxMessages: number): ReceivedMessage[];
  acknowledge(subscription: string, ackIds: readonly string[]): void;
  /** 0 seconds refuses the delivery (nack). */
  modifyAckDeadline(subscription: string, ackIds: readonly string[], seconds: number): void;
  /** "" switches push off: messages wait. */
  setPushEndpoint(subscription: string, endpoint: string): void;
  /** Resolves when every message of these subscriptions is acknowledged or dead-lettered. */
  idle(subscriptions: readonly string[]): Promise<void>;
  /**
   * Resolves when these subscriptions together have at most `limit` messages that are not settled.
   */
  backlogAtMost(limit: number, subscriptions: readonly string[]): Promise<void>;
  stats(subscription: string): SubscriptionStats;
  /** Forgets everything, ends what is under way, and stops listening. */
  stop(): Promise<void>;
}

/**
 * Starts a Pub/Sub in this process, on loopback: topics, pull subscriptions and push subscriptions
 * that deliver at least once, with the service's backoff, dead letters and flow control.
 *
 * @throws UserError when the port cannot be used
 */
export async function startPubSub(options: PubSubOptions = {}): Promise<PubSub> {
  const broker = new Broker({
    timers: options.timers ?? systemTimers,
    random: options.random ?? Math.random,
    store: createMessageStore(options.limits),
    agent: options.agent ?? OWNER,
  });
  const server = await listenOnLoopback(createRestApi(broker), { port: options.port ?? 0 });
  return {
    url: server.url,
    host: `127.0.0.1:${server.port}`,
    handlerFor: (caller) => createRestApi(broker, caller),
    createTopic: (name) => {
      broker.createTopic(name);
    },
    createSubscription: (settings) => {
      broker.createSubscription(settings);
    },
    updateSubscription: (settings) => {
      broker.updateSubscription(settings);
    },
    deleteSubscription: (name) => {
      broker.deleteSubscription(name);
    },
    deleteTopic: (name) => {
      broker.deleteTopic(name);
    },
    hasTopic: (name) => broker.hasTopic(name),
    requireTopic: (name) => {
      broker.requireTopic(name);
    },
    pushSubscriptions: () =>
      broker.subscriptionNames().filter((name) => broker.subscription(name).pushEndpoint !== ""),
    publish: (topic, messages) => broker.publish(topic, messages),
    pull: (subscription, maxMessages) => broker.pull(subscription, maxMessages),
    acknowledge: (subscription, ackIds) => {
      broker.acknowledge(subscription, ackIds);
    },
    modifyAckDeadline: (subscription, ackIds, seconds) => {
      broker.modifyAckDeadline(subscription, ackIds, seconds);
    },
    setPushEndpoint: (subscription, endpoint) => {
      broker.setPushEndpoint(subscription, endpoint);
    },
    idle: (subscriptions) => broker.backlogAtMost(0, subscriptions),
    backlogAtMost: (limit, subscriptions) => broker.backlogAtMost(limit, subscriptions),
    stats: (subscription) => broker.stats(subscription),
    stop: async () => {
      broker.close();
      await server.stop();
    },
  };
}
