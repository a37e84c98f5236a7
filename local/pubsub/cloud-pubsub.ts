import type { Caller } from "../caller.ts";
import type { RequestHandler } from "../http-server.ts";
import type { ReceivedMessage } from "./broker.ts";
import type { LedgerCounts } from "./emulator/message-ledger.ts";
import type { MessageInput } from "./message.ts";
import type { SubscriptionSettings } from "./subscription-settings.ts";

/** What a Pub/Sub knows of a subscription, whoever delivers. */
export type DeliveryCounts = LedgerCounts;

/**
 * What the local cloud and a local run need of a Pub/Sub: our own in this process, or Google's
 * emulator. Names are full ones; calls that the service would refuse throw.
 */
export interface CloudPubSub {
  /** `http://127.0.0.1:PORT`, the REST interface for people and their programs. */
  readonly url: string;
  /** `127.0.0.1:PORT`, the functions' PUBSUB_EMULATOR_HOST. */
  readonly host: string;
  /** The REST interface for somebody who may not do everything, to be served elsewhere. */
  handlerFor(caller: Caller): RequestHandler;
  createTopic(name: string): void | Promise<void>;
  /** Its subscriptions stay. */
  deleteTopic(name: string): void | Promise<void>;
  hasTopic(name: string): boolean;
  /** @throws Error when there is no such topic */
  requireTopic(name: string): void;
  createSubscription(settings: SubscriptionSettings): void | Promise<void>;
  /** Changes everything but its topic and its filter; its messages stay. */
  updateSubscription(settings: SubscriptionSettings): void | Promise<void>;
  /** With its messages. */
  deleteSubscription(name: string): void | Promise<void>;
  /** Names of the subscriptions that push. */
  pushSubscriptions(): string[];
  /** Returns the message ids, in order. */
  publish(topic: string, messages: readonly MessageInput[]): string[] | Promise<string[]>;
  /** What is there now, at most `maxMessages`; never waits. */
  pull(subscription: string, maxMessages: number): ReceivedMessage[];
  acknowledge(subscription: string, ackIds: readonly string[]): void;
  /** Resolves when every message of these subscriptions is acknowledged or dead-lettered. */
  idle(subscriptions: readonly string[]): Promise<void>;
  /**
   * Resolves when these subscriptions together have at most `limit` messages that are not settled.
   */
  backlogAtMost(limit: number, subscriptions: readonly string[]): Promise<void>;
  /** @throws Error when there is no such subscription */
  stats(subscription: string): DeliveryCounts;
  /** Resolves with what happened when it ends by itself; only of one in a process of its own. */
  readonly died?: Promise<string>;
  stop(): Promise<void>;
}
