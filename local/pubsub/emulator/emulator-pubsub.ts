import { setTimeout as delay } from "node:timers/promises";

import { type Caller, OWNER } from "../../caller.ts";
import { listenOnLoopback } from "../../http-server.ts";
import { createBacklogWaiters } from "../backlog-waiters.ts";
import type { ReceivedMessage } from "../broker.ts";
import type { CloudPubSub } from "../cloud-pubsub.ts";
import type { MessageInput } from "../message.ts";
import { idOf } from "../resource-name.ts";
import { subscriptionResource } from "../subscription-resource.ts";
import type { SubscriptionSettings } from "../subscription-settings.ts";
import type { EmulatorClient } from "./emulator-client.ts";
import { createEmulatorClient } from "./emulator-client.ts";
import { startEmulator } from "./emulator-process.ts";
import type { MessageLedger } from "./message-ledger.ts";
import { createMessageLedger } from "./message-ledger.ts";
import { createPublishRelay } from "./publish-relay.ts";
import type { PushTarget } from "./push-relay.ts";
import { createPushRelay, pushPath } from "./push-relay.ts";

interface Attached {
  readonly settings: SubscriptionSettings;
  readonly ledger: MessageLedger;
  readonly target: PushTarget | undefined;
  /** Of a pull subscription: what was taken off it and not asked for yet. */
  readonly pulled: ReceivedMessage[];
}

const PULL_MESSAGES = 1000;
/** Taken off the emulator ahead of whoever pulls. */
const MAX_PULLED = 10_000;
const PAUSE_MS = 50;
/** 7 days: the emulator refuses more, which the service takes by now. */
const MAX_RETENTION_SECONDS = 604_800;

/**
 * Starts Google's Pub/Sub emulator and counts, from the outside, what becomes of every message: the
 * functions publish through one relay and receive through another. What is published straight to
 * the emulator is counted at its first delivery. Messages of pull subscriptions are acknowledged as
 * they are taken.
 *
 * @param launcher path of cloud-pubsub-emulator
 * @throws UserError when it does not start
 */
export async function startEmulatorPubSub(launcher: string): Promise<CloudPubSub> {
  const emulator = await startEmulator(launcher);
  const stopping = new AbortController();
  const client = createEmulatorClient(emulator.host, stopping.signal);
  const topics = new Set<string>();
  const subscriptions = new Map<string, Attached>();
  const waiters = createBacklogWaiters((names) => backlogOf(subscriptions, names));

  const announce = (topic: string, count: number) => announceTo(subscriptions, topic, count);
  const pushes = createPushRelay((name) => subscriptions.get(name)?.target);
  const handlerFor = (caller: Caller) => createPublishRelay(emulator.host, announce, caller);
  const relayPublish = handlerFor(OWNER);
  const relay = await listenOnLoopback((request, response) =>
    pushes.isPush(request.url ?? "")
      ? pushes.handle(request, response)
      : relayPublish(request, response),
  );

  const createSubscription = async (settings: SubscriptionSettings): Promise<void> => {
    const attached = attach(settings, waiters.check);
    subscriptions.set(settings.name, attached);
    const pushEndpoint = attached.target && `${relay.url}${pushPath(settings.name)}`;
    const { retentionSeconds = MAX_RETENTION_SECONDS } = settings;
    const resource = subscriptionResource({
      ...settings,
      ...(pushEndpoint !== undefined && { pushEndpoint }),
      retentionSeconds: Math.min(retentionSeconds, MAX_RETENTION_SECONDS),
    });
    await client.create(settings.name, resource);
    if (isTaken(attached))
      void takeMessages(client, attached, stopping.signal, (message) => {
        forwardedFrom(message, subscriptions)?.forwarded();
      });
  };

  return {
    url: `http://${emulator.host}`,
    host: `127.0.0.1:${relay.port}`,
    died: emulator.died,
    handlerFor,
    createTopic: async (name) => {
      await client.create(name);
      topics.add(name);
    },
    hasTopic: (name) => topics.has(name),
    requireTopic: (name) => {
      if (!topics.has(name)) throw new Error(`There is no topic ${name}.`);
    },
    createSubscription,
    pushSubscriptions: () =>
      [...subscriptions].filter(([, { target }]) => target !== undefined).map(([name]) => name),
    updateSubscription: refuseChange,
    deleteSubscription: refuseChange,
    deleteTopic: refuseChange,
    publish: (topic, messages) =>
      publishCounted(client, topic, messages, announce(topic, messages.length)),
    pull: (name, maxMessages) =>
      find(subscriptions, name).pulled.splice(0, Math.min(maxMessages, MAX_PULLED)),
    // They were when they were taken off the emulator.
    acknowledge: () => undefined,
    idle: (names) => waiters.wait(0, names),
    backlogAtMost: waiters.wait,
    stats: (name) => find(subscriptions, name).ledger.counts(),
    stop: async () => {
      stopping.abort();
      pushes.close();
      await relay.stop();
      await emulator.stop();
    },
  };
}

/** What is counted of it here would have to follow. */
function refuseChange(): never {
  throw new Error("What is in Google's emulator is not changed any more: start another one.");
}

async function publishCounted(
  client: EmulatorClient,
  topic: string,
  messages: readonly MessageInput[],
  published: (messageIds: readonly string[]) => void,
): Promise<string[]> {
  try {
    const ids = await client.publish(topic, messages);
    published(ids);
    return ids;
  } catch (error) {
    published([]);
    throw error;
  }
}

/**
 * Tells the subscriptions of a topic that so many messages are on their way, and then their ids.
 */
function announceTo(subscriptions: ReadonlyMap<string, Attached>, topic: string, count: number) {
  const told = [...subscriptions.values()]
    .filter(({ settings }) => settings.topic === topic)
    .map(({ ledger }) => ledger.publishing(count));
  return (messageIds: readonly string[]): void => {
    for (const tell of told) tell(messageIds);
  };
}

function attach(settings: SubscriptionSettings, onChange: () => void): Attached {
  const { pushEndpoint, pushIdentity: identity, maxOutstanding = Infinity } = settings;
  const ledger = createMessageLedger(onChange);
  const target =
    pushEndpoint === undefined
      ? undefined
      : { endpoint: pushEndpoint, identity, ledger, maxOutstanding };
  return { settings, ledger, target, pulled: [] };
}

function find(subscriptions: ReadonlyMap<string, Attached>, name: string): Attached {
  const found = subscriptions.get(name);
  if (found) return found;
  throw new Error(`There is no subscription ${name}.`);
}

/**
 * Dead letters count until they are taken: a message is settled when what became of it can be seen.
 */
function backlogOf(subscriptions: ReadonlyMap<string, Attached>, names: readonly string[]): number {
  return [...subscriptions.values()]
    .filter((attached) => names.includes(attached.settings.name) || isTaken(attached))
    .reduce((sum, { ledger }) => sum + ledger.backlog(), 0);
}

/** Whether its messages are taken off the emulator here. */
function isTaken({ settings, target }: Attached): boolean {
  return target === undefined && settings.isPulledElsewhere !== true;
}

/**
 * https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic: the name is not a full
 * one.
 */
function forwardedFrom(
  { message: { attributes } }: ReceivedMessage,
  subscriptions: ReadonlyMap<string, Attached>,
): MessageLedger | undefined {
  const id = attributes["CloudPubSubDeadLetterSourceSubscription"];
  if (id === undefined) return undefined;
  return [...subscriptions.values()].find(({ settings }) => idOf(settings.name) === id)?.ledger;
}

async function takeMessages(
  client: EmulatorClient,
  { settings, ledger, pulled }: Attached,
  signal: AbortSignal,
  onMessage: (message: ReceivedMessage) => void,
): Promise<void> {
  while (!signal.aborted) {
    const taken =
      pulled.length < MAX_PULLED
        ? await takeOnce(client, settings.name).catch((): ReceivedMessage[] => [])
        : [];
    pulled.push(...taken);
    for (const received of taken) {
      onMessage(received);
      ledger.delivered(received.message.messageId);
      ledger.acknowledged(received.message.messageId);
    }
    if (taken.length === 0) await delay(PAUSE_MS);
  }
}

async function takeOnce(client: EmulatorClient, name: string): Promise<ReceivedMessage[]> {
  const received = await client.pull(name, PULL_MESSAGES);
  const ackIds = received.map(({ ackId }) => ackId);
  if (ackIds.length > 0) await client.acknowledge(name, ackIds);
  return received;
}
