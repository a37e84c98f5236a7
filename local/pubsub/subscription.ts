import type { RetryPolicy } from "./backoff.ts";
import { backoffDelay } from "./backoff.ts";
import { createFifo } from "./fifo.ts";
import type { Message } from "./message.ts";
import type { MessageStore } from "./message-store.ts";
import type { ResolvedSettings } from "./subscription-settings.ts";
import type { Timers } from "./timers.ts";

/** One delivery of a message: it has to be acknowledged before the ack deadline. */
export interface Lease {
  readonly ackId: string;
  readonly message: Message;
  /** 1 for the first delivery. */
  readonly attempt: number;
  /** Called when the ack deadline passes before a response. */
  onExpired: () => void;
}

/** What happened to a subscription's messages so far, and where they are now. */
export interface SubscriptionCounts {
  readonly received: number;
  readonly deliveries: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly expired: number;
  readonly deadLettered: number;
  /** Waiting to be delivered. */
  readonly ready: number;
  /** Delivered and without a response yet. */
  readonly outstanding: number;
  /** Waiting for their backoff to pass. */
  readonly backingOff: number;
}

export interface SubscriptionDependencies {
  readonly settings: ResolvedSettings;
  readonly timers: Timers;
  readonly random: () => number;
  readonly retryPolicy: () => RetryPolicy;
  /** Publishes to the dead-letter topic; false when it could not (the message then stays). */
  readonly forward: (message: Message, attempts: number) => boolean;
  readonly store: MessageStore;
  /** Messages became ready to be delivered. */
  readonly onReady: () => void;
  /** A message was put aside for good: acknowledged or forwarded. */
  readonly onSettled: () => void;
}

export type Subscription = ReturnType<typeof createSubscription>;

interface Entry {
  readonly message: Message;
  attempts: number;
  /** Delivered once more after it is acknowledged: `duplicates: "afterwards"`. */
  repeat: boolean;
}

interface LeasedEntry {
  readonly entry: Entry;
  readonly lease: Lease;
  cancelDeadline: () => void;
}

/**
 * The messages of one subscription, from publish to acknowledgement: ready, leased until the ack
 * deadline, or backing off. A refused delivery (nack) and a missed deadline are the same: the
 * message comes back after its own backoff, and after the last attempt goes to the dead-letter
 * topic (https://cloud.google.com/pubsub/docs/handling-failures).
 */
export function createSubscription(dependencies: SubscriptionDependencies) {
  const { settings, timers, random, retryPolicy, forward, store, onReady, onSettled } =
    dependencies;
  const ready = createFifo<Entry>();
  const leased = new Map<string, LeasedEntry>();
  const backoffs = new Map<Entry, () => void>();
  const counts = {
    received: 0,
    deliveries: 0,
    acknowledged: 0,
    refused: 0,
    expired: 0,
    deadLettered: 0,
  };

  const enqueue = (message: Message): void => {
    counts.received += 1;
    add(message, settings.duplicates === "afterwards");
    if (settings.duplicates === "together") add(message, false);
    onReady();
  };

  const add = (message: Message, repeat: boolean): void => {
    store.add(message);
    ready.push({ message, attempts: 0, repeat });
  };

  const lease = (): Lease | undefined => {
    const entry = ready.shift();
    if (entry === undefined) return undefined;
    entry.attempts += 1;
    counts.deliveries += 1;
    const ackId = `${settings.name}:${counts.deliveries}`;
    const { message, attempts: attempt } = entry;
    const given: Lease = { ackId, message, attempt, onExpired: () => undefined };
    const cancelDeadline = timers.after(settings.ackDeadlineMs, () => {
      expire(ackId);
    });
    leased.set(ackId, { entry, lease: given, cancelDeadline });
    return given;
  };

  /** Takes a lease back; undefined when it has expired or was settled already. */
  const endLease = (ackId: string): LeasedEntry | undefined => {
    const found = leased.get(ackId);
    leased.delete(ackId);
    found?.cancelDeadline();
    return found;
  };

  const acknowledge = (ackId: string): void => {
    const found = endLease(ackId);
    if (found === undefined) return;
    counts.acknowledged += 1;
    store.remove(found.entry.message);
    if (found.entry.repeat) {
      add(found.entry.message, false);
      onReady();
    } else {
      onSettled();
    }
  };

  const refuse = (ackId: string): void => {
    const found = endLease(ackId);
    if (found === undefined) return;
    counts.refused += 1;
    retry(found.entry);
  };

  const expire = (ackId: string): void => {
    const found = endLease(ackId);
    if (found === undefined) return;
    counts.expired += 1;
    retry(found.entry);
    found.lease.onExpired();
  };

  const extend = (ackId: string, deadlineMs: number): void => {
    const found = leased.get(ackId);
    if (found === undefined) return;
    found.cancelDeadline();
    found.cancelDeadline = timers.after(deadlineMs, () => {
      expire(ackId);
    });
  };

  const retry = (entry: Entry): void => {
    const { deadLetterPolicy } = settings;
    const isLast = deadLetterPolicy && entry.attempts >= deadLetterPolicy.maxDeliveryAttempts;
    if (isLast && forward(entry.message, entry.attempts)) {
      counts.deadLettered += 1;
      store.remove(entry.message);
      onSettled();
      return;
    }
    backOff(entry);
  };

  const backOff = (entry: Entry): void => {
    const delayMs = backoffDelay(retryPolicy(), entry.attempts, random());
    const cancel = timers.after(delayMs, () => {
      backoffs.delete(entry);
      ready.push(entry);
      onReady();
    });
    backoffs.set(entry, cancel);
  };

  return {
    settings,
    enqueue,
    lease,
    acknowledge,
    refuse,
    extend,
    /** Messages not settled yet. */
    backlog: (): number => ready.size() + leased.size + backoffs.size,
    counts: (): SubscriptionCounts => ({
      ...counts,
      ready: ready.size(),
      outstanding: leased.size,
      backingOff: backoffs.size,
    }),
    /** Forgets all messages and cancels all timers. */
    close: (): void => {
      for (const { entry, cancelDeadline } of leased.values()) {
        cancelDeadline();
        ready.push(entry);
      }
      for (const [entry, cancel] of backoffs) {
        cancel();
        ready.push(entry);
      }
      leased.clear();
      backoffs.clear();
      for (let entry = ready.shift(); entry !== undefined; entry = ready.shift())
        store.remove(entry.message);
    },
  };
}
