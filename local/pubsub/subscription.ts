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
export class Subscription {
  /** Can be changed; what is delivered already goes by what it was. */
  settings: ResolvedSettings;
  readonly #outside: SubscriptionDependencies;
  readonly #ready = createFifo<Entry>();
  readonly #leased = new Map<string, LeasedEntry>();
  readonly #backoffs = new Map<Entry, () => void>();
  readonly #counts = {
    received: 0,
    deliveries: 0,
    acknowledged: 0,
    refused: 0,
    expired: 0,
    deadLettered: 0,
  };

  constructor(outside: SubscriptionDependencies) {
    this.settings = outside.settings;
    this.#outside = outside;
  }

  /** A published message. One that the filter holds back counts as acknowledged. */
  enqueue(message: Message): void {
    if (!this.settings.filter(message.attributes)) return;
    this.#counts.received += 1;
    this.#add(message, this.settings.duplicates === "afterwards");
    if (this.settings.duplicates === "together") this.#add(message, false);
    this.#outside.onReady();
  }

  #add(message: Message, repeat: boolean): void {
    this.#outside.store.add(message);
    this.#ready.push({ message, attempts: 0, repeat });
  }

  /** The next one that is not older than the retention; those that are, are dropped. */
  #nextReady(): Entry | undefined {
    for (let entry = this.#ready.shift(); entry !== undefined; entry = this.#ready.shift()) {
      const age = this.#outside.timers.now() - Date.parse(entry.message.publishTime);
      if (age < this.settings.retentionMs) return entry;
      this.#outside.store.remove(entry.message);
      this.#outside.onSettled();
    }
    return undefined;
  }

  /** The next message to deliver; undefined when there is none. */
  lease(): Lease | undefined {
    const entry = this.#nextReady();
    if (entry === undefined) return undefined;
    entry.attempts += 1;
    this.#counts.deliveries += 1;
    const ackId = `${this.settings.name}:${this.#counts.deliveries}`;
    const { message, attempts: attempt } = entry;
    const given: Lease = { ackId, message, attempt, onExpired: () => undefined };
    const cancelDeadline = this.#outside.timers.after(this.settings.ackDeadlineMs, () => {
      this.#expire(ackId);
    });
    this.#leased.set(ackId, { entry, lease: given, cancelDeadline });
    return given;
  }

  /** Takes a lease back; undefined when it has expired or was settled already. */
  #endLease(ackId: string): LeasedEntry | undefined {
    const found = this.#leased.get(ackId);
    this.#leased.delete(ackId);
    found?.cancelDeadline();
    return found;
  }

  /** Does nothing when the lease has ended, as the service does; so do the next two. */
  acknowledge(ackId: string): void {
    const found = this.#endLease(ackId);
    if (found === undefined) return;
    this.#counts.acknowledged += 1;
    this.#outside.store.remove(found.entry.message);
    if (found.entry.repeat) {
      this.#add(found.entry.message, false);
      this.#outside.onReady();
    } else {
      this.#outside.onSettled();
    }
  }

  refuse(ackId: string): void {
    const found = this.#endLease(ackId);
    if (found === undefined) return;
    this.#counts.refused += 1;
    this.#retry(found.entry);
  }

  #expire(ackId: string): void {
    const found = this.#endLease(ackId);
    if (found === undefined) return;
    this.#counts.expired += 1;
    this.#retry(found.entry);
    found.lease.onExpired();
  }

  /** Sets the ack deadline anew, from now on. */
  extend(ackId: string, deadlineMs: number): void {
    const found = this.#leased.get(ackId);
    if (found === undefined) return;
    found.cancelDeadline();
    found.cancelDeadline = this.#outside.timers.after(deadlineMs, () => {
      this.#expire(ackId);
    });
  }

  #retry(entry: Entry): void {
    const { deadLetterPolicy } = this.settings;
    const isLast = deadLetterPolicy && entry.attempts >= deadLetterPolicy.maxDeliveryAttempts;
    if (isLast && this.#outside.forward(entry.message, entry.attempts)) {
      this.#counts.deadLettered += 1;
      this.#outside.store.remove(entry.message);
      this.#outside.onSettled();
      return;
    }
    this.#backOff(entry);
  }

  #backOff(entry: Entry): void {
    const delayMs = backoffDelay(
      this.#outside.retryPolicy(),
      entry.attempts,
      this.#outside.random(),
    );
    const cancel = this.#outside.timers.after(delayMs, () => {
      this.#backoffs.delete(entry);
      this.#ready.push(entry);
      this.#outside.onReady();
    });
    this.#backoffs.set(entry, cancel);
  }

  /** Messages not settled yet. */
  backlog(): number {
    return this.#ready.size() + this.#leased.size + this.#backoffs.size;
  }

  counts(): SubscriptionCounts {
    return {
      ...this.#counts,
      ready: this.#ready.size(),
      outstanding: this.#leased.size,
      backingOff: this.#backoffs.size,
    };
  }

  /** Forgets all messages and cancels all timers. */
  close(): void {
    for (const { entry, cancelDeadline } of this.#leased.values()) {
      cancelDeadline();
      this.#ready.push(entry);
    }
    for (const [entry, cancel] of this.#backoffs) {
      cancel();
      this.#ready.push(entry);
    }
    this.#leased.clear();
    this.#backoffs.clear();
    for (let entry = this.#ready.shift(); entry !== undefined; entry = this.#ready.shift())
      this.#outside.store.remove(entry.message);
  }
}
