import type { DeliverBatch, Delivery } from "../mixpanel/deliver-batch.ts";
import type { Deadline } from "../platform/deadline.ts";
import type { EventBytes } from "../event/record.ts";
import { BatchQueue, type BatchQueueOptions } from "./batch-queue.ts";
import { addEvent, failBatch, resolveBatch, type SharedBatch } from "./shared-batch.ts";
import { createSubmission, type SubmissionOutcome } from "./submission.ts";

export interface BatcherOptions extends Omit<BatchQueueOptions, "send"> {
  readonly deliver: DeliverBatch;
  readonly maxEvents: number;
  /** Told of every batch that came back: its bytes, and how long it took. */
  readonly onDelivered: (delivery: Delivery, bytes: number, millis: number) => void;
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

/** Makes the batcher of an instance; batch-queue.ts decides when its batches go. */
export function createBatcher(options: BatcherOptions): Batcher {
  const queue = new BatchQueue({ ...options, send: (batch) => deliver(batch, options) });
  return {
    submit: (events, deadline, deliveryAttempt) =>
      new Promise((resolve, reject) => {
        if (events.length === 0) resolve(NO_EVENTS);
        const submission = createSubmission(events.length, deliveryAttempt, resolve, reject);
        for (const event of events) {
          const batch = queue.batchFor(event, deadline);
          addEvent(batch, event, submission, deadline);
          if (batch.builder.length() >= options.maxEvents) queue.close(batch);
        }
        queue.sendOverdue();
      }),
    flush: () => {
      queue.flush();
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
