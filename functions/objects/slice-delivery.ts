import { isOwnError } from "../event/problem.ts";
import { assertBalanced, type Counters } from "../records/counters.ts";
import type { DeadRecord } from "../records/dead-letter.ts";
import type { DeliverBatch, Delivery } from "../mixpanel/deliver-batch.ts";
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

/**
 * Sends a slice's batches, and gives their memory back.
 *
 * @throws CountMismatchError when what came back is not what was sent
 */
export async function deliverSlice(
  slice: Slice,
  deliver: DeliverBatch,
  { deadline, deliveryAttempt }: SliceContext,
): Promise<SliceOutcome> {
  const deliveries = await Promise.all(
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
  const retryReason = deliveries.find(({ delivery }) => delivery.retryReason !== undefined)
    ?.delivery.retryReason;
  const counters = sliceCounters(
    slice,
    deliveries.map(({ delivery }) => delivery),
  );
  if (retryReason === undefined) assertBalanced(counters);
  const seen = new Set<string>();
  const rejected = deliveries.flatMap(({ batch, delivery }) => rejectedOf(batch, delivery, seen));
  const dead = [...slice.dead, ...rejected].sort((a, b) => a.line - b.line);
  return { dead, counters, firstError: firstErrorOf(dead), retryReason };
}

function sliceCounters(slice: Slice, deliveries: readonly Delivery[]): Counters {
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
    requests: sum((delivery) => delivery.requests),
    retries: sum((delivery) => delivery.retries),
  };
}

/**
 * A record of which several events are rejected for one reason is one dead record, also over
 * several batches.
 */
function rejectedOf(
  batch: SliceBatch,
  delivery: Delivery,
  seen: Set<string>,
): readonly DeadRecord[] {
  return delivery.rejected.flatMap(({ index, problem }) => {
    const record = batch.records[index];
    if (record === undefined) return [];
    const key = JSON.stringify([record.line, problem]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [toDeadRecord(record, problem)];
  });
}

function firstErrorOf(dead: readonly DeadRecord[]): FirstError | null {
  const [first] = dead;
  if (first === undefined) return null;
  const { problem, line } = first;
  const { reason, field, error } = problem;
  return { reason, field, ...(isOwnError(problem) && { error }), line };
}
