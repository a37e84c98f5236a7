import { isOwnError } from "../event/problem.ts";
import { assertBalanced, type Counters } from "../records/counters.ts";
import type { DeadRecord } from "../records/dead-letter.ts";
import type { DeliverBatch, Delivery } from "../mixpanel/deliver-batch.ts";
import type { DeliverUpdates } from "../mixpanel/profiles/deliver-updates.ts";
import {
  deliverAllUpdates,
  type DeliveredUpdates,
  type RejectedRecord,
} from "../mixpanel/profiles/delivered-updates.ts";
import type { Deadline } from "../platform/deadline.ts";
import type { FirstError } from "./receipt.ts";
import type { SliceBatch } from "./slice-batches.ts";
import { toDeadRecord, type Slice } from "./slice.ts";

/** What became of a slice. */
export interface SliceOutcome {
  /**
   * Unusable and rejected records, by line: they have to be in the dead-letter topic before the
   * slice is settled.
   */
  readonly dead: readonly DeadRecord[];
  readonly counters: Counters;
  readonly firstError: FirstError | null;
  /** Why the slice cannot be settled now, or undefined. */
  readonly retryReason: string | undefined;
}

/** What a slice is sent under. */
export interface SliceContext {
  readonly deadline: Deadline;
  /** How often Pub/Sub has delivered the run's message. */
  readonly deliveryAttempt: number;
}

/** Who sends what is in a slice. */
export interface SliceSenders {
  readonly deliver: DeliverBatch;
  readonly deliverUpdates: DeliverUpdates;
}

/**
 * Sends what is in a slice, and gives the memory of its batches back. Its updates of profiles are
 * queued before this returns for the first time: slices come in the object's order.
 *
 * @throws CountMismatchError when what came back is not what was sent
 */
export async function deliverSlice(
  slice: Slice,
  senders: SliceSenders,
  context: SliceContext,
): Promise<SliceOutcome> {
  const [events, updates] = await Promise.all([
    deliverEvents(slice, senders.deliver, context),
    deliverAllUpdates(slice.updates, senders.deliverUpdates, context),
  ]);
  const retryReason =
    events.map(({ delivery }) => delivery.retryReason).find((reason) => reason !== undefined) ??
    updates.retryReason;
  const counters = sliceCounters(
    slice,
    events.map(({ delivery }) => delivery),
    updates,
  );
  if (retryReason === undefined) assertBalanced(counters);
  const seen = new Set<string>();
  const rejected = [...events.flatMap(rejectedEvents), ...updates.rejected].flatMap((one) =>
    deadOnce(one, seen),
  );
  const dead = [...slice.dead, ...rejected].sort((a, b) => a.line - b.line);
  return { dead, counters, firstError: firstErrorOf(dead), retryReason };
}

interface DeliveredBatch {
  readonly batch: SliceBatch;
  readonly delivery: Delivery;
}

async function deliverEvents(
  slice: Slice,
  deliver: DeliverBatch,
  { deadline, deliveryAttempt }: SliceContext,
): Promise<readonly DeliveredBatch[]> {
  return await Promise.all(
    slice.batches.map(async (batch) => {
      const delivery = await deliver(batch.builder.seal(), {
        deadline,
        isIdentity: batch.isIdentity,
        deliveryAttemptOf: () => deliveryAttempt,
      });
      batch.builder.release();
      return { batch, delivery };
    }),
  );
}

function sliceCounters(
  slice: Slice,
  deliveries: readonly Delivery[],
  updates: DeliveredUpdates,
): Counters {
  const { read, dropped, used, produced, idsAdded } = slice.counts();
  const sum = (count: (delivery: Delivery) => number): number =>
    deliveries.reduce((total, delivery) => total + count(delivery), 0);
  return {
    records: { read, dropped, unusable: slice.dead.length, used },
    events: {
      produced,
      imported: sum((delivery) => delivery.imported),
      rejected: sum((delivery) => delivery.rejected.length),
      idsAdded,
    },
    ...updates.counts,
    requests: sum((delivery) => delivery.requests) + updates.requests,
    retries: sum((delivery) => delivery.retries) + updates.retries,
  };
}

function rejectedEvents({ batch, delivery }: DeliveredBatch): readonly RejectedRecord[] {
  return delivery.rejected.flatMap(({ index, problem }) => {
    const record = batch.records[index];
    return record === undefined ? [] : [{ record, problem }];
  });
}

/**
 * A record of which several events or updates are rejected for one reason is one dead record, also
 * over several batches. Records are told apart by their offset: those of an array may all be on one
 * line.
 */
function deadOnce({ record, problem }: RejectedRecord, seen: Set<string>): readonly DeadRecord[] {
  const key = JSON.stringify([record.offset, problem]);
  if (seen.has(key)) return [];
  seen.add(key);
  return [toDeadRecord(record, problem)];
}

function firstErrorOf(dead: readonly DeadRecord[]): FirstError | null {
  const [first] = dead;
  if (first === undefined) return null;
  const { problem, line } = first;
  const { reason, field, error } = problem;
  return { reason, field, ...(isOwnError(problem) && { error }), line };
}
