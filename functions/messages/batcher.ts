import type { DeliverBatch, Delivery } from "../mixpanel/deliver-batch.ts";
import type { BatchBuilder } from "../mixpanel/event-batch.ts";
import type { Deadline } from "../platform/deadline.ts";
import type { EventBytes } from "../event/record.ts";
import {
  addEvent,
  resolveBatch,
  failBatch,
  postponeBatch,
  type SharedBatch,
} from "./shared-batch.ts";
import { createSubmission, type SubmissionOutcome } from "./submission.ts";

export interface BatcherOptions {
  readonly newBuilder: () => BatchBuilder;
  readonly deliver: DeliverBatch;
  /** Longest an event waits for others, in milliseconds. */
  readonly lingerMs: number;
  readonly maxEvents: number;
  /**
   * Most batches under way at once; further ones wait here, so that nothing is sent after a
   * refusal.
   */
  readonly maxInFlight: number;
  /** Told of every batch that came back: its bytes, and how long it took. */
  readonly onDelivered: (delivery: Delivery, bytes: number, millis: number) => void;
  readonly now: () => number;
}

/** Merges the events of messages that are here at the same moment into common requests. */
export interface Batcher {
  /**
   * Resolves when every event is settled, or cannot be now.
   *
   * @throws whatever is a bug of ours; CountMismatchError when events of a delivery are missing
   */
  submit(
    events: readonly EventBytes[],
    deadline: Deadline,
    deliveryAttempt: number,
  ): Promise<SubmissionOutcome>;
  /** Sends what is waiting for company. */
  readonly flush: () => void;
}

const NO_EVENTS: SubmissionOutcome = { imported: 0, rejected: [], retryReason: undefined };

/**
 * A batch goes when it is full, when its oldest event has waited for `lingerMs`, or at once when
 * nothing is under way: then there is no company to wait for, and a lone message is not delayed.
 * While requests are under way others gather, so the more there is to do, the larger the batches
 * become by themselves.
 */
export function createBatcher(options: BatcherOptions): Batcher {
  const { maxInFlight, maxEvents, lingerMs, now } = options;
  /** Being filled; identity events apart from all others. */
  const filling = new Map<boolean, SharedBatch>();
  /** Full, but there is no room for a further request. */
  const waiting = new Set<SharedBatch>();
  let underWay = 0;

  const remove = (batch: SharedBatch): void => {
    clearTimeout(batch.timer);
    waiting.delete(batch);
    if (filling.get(batch.isIdentity) === batch) filling.delete(batch.isIdentity);
  };
  const send = (batch: SharedBatch): void => {
    remove(batch);
    underWay++;
    void deliver(batch, options).then(() => {
      underWay--;
      sendNext();
    });
  };
  const sendNext = (): void => {
    while (underWay < maxInFlight) {
      const [next] = waiting;
      const due = next ?? [...filling.values()].find(({ isDue }) => isDue || underWay === 0);
      if (due === undefined) return;
      send(due);
    }
  };
  /** Without room for its request it waits for as long as there is time. */
  const sendOrWait = (batch: SharedBatch): void => {
    if (underWay < maxInFlight) {
      send(batch);
      return;
    }
    clearTimeout(batch.timer);
    batch.timer = setTimeout(() => {
      remove(batch);
      postponeBatch(batch, "the time is up");
      batch.builder.release();
    }, batch.deadline.startBy - now());
  };
  const close = (batch: SharedBatch): void => {
    filling.delete(batch.isIdentity);
    waiting.add(batch);
    sendOrWait(batch);
  };
  const becomeDue = (batch: SharedBatch): void => {
    batch.isDue = true;
    sendOrWait(batch);
  };

  const batchFor = (event: EventBytes, deadline: Deadline): SharedBatch => {
    const found = filling.get(event.isIdentity);
    if (found?.builder.fits([event]) === true) return found;
    if (found !== undefined) close(found);
    const batch: SharedBatch = {
      builder: options.newBuilder(),
      isIdentity: event.isIdentity,
      owners: [],
      deadline,
      timer: undefined,
      dueAt: now() + lingerMs,
      isDue: false,
    };
    filling.set(event.isIdentity, batch);
    // Zero is the end of this turn of the event loop: what has arrived together goes together.
    batch.timer = setTimeout(becomeDue, underWay === 0 ? 0 : lingerMs, batch);
    return batch;
  };

  return {
    submit: (events, deadline, deliveryAttempt) =>
      new Promise((resolve, reject) => {
        if (events.length === 0) resolve(NO_EVENTS);
        const submission = createSubmission(events.length, deliveryAttempt, resolve, reject);
        for (const event of events) {
          const batch = batchFor(event, deadline);
          addEvent(batch, event, submission, deadline);
          if (batch.builder.length() >= maxEvents) close(batch);
        }
        // Timers are late when there is much to do: the event loop looks at them after everything
        // that has arrived.
        for (const batch of filling.values())
          if (!batch.isDue && now() > batch.dueAt) becomeDue(batch);
      }),
    flush: () => {
      for (const batch of [...filling.values()]) becomeDue(batch);
    },
  };
}

/**
 * Delivers a batch and tells its messages what became of their events. Never rejects: a bug is
 * theirs alone.
 */
async function deliver(batch: SharedBatch, options: BatcherOptions): Promise<void> {
  const delivered = await tryToDeliver(batch, options).catch((error: unknown) => {
    failBatch(batch, error);
    return undefined;
  });
  batch.builder.release();
  if (delivered !== undefined) resolveBatch(batch, delivered);
}

async function tryToDeliver(batch: SharedBatch, options: BatcherOptions): Promise<Delivery> {
  const startedAt = options.now();
  const sealed = batch.builder.seal();
  const delivery = await options.deliver(sealed, {
    deadline: batch.deadline,
    isIdentity: batch.isIdentity,
    deliveryAttemptOf: (index) => batch.owners[index]?.submission.deliveryAttempt ?? 1,
  });
  options.onDelivered(delivery, sealed.bytes.length, options.now() - startedAt);
  return delivery;
}
