import { CountMismatchError } from "../platform/errors.ts";
import type { Delivery } from "../mixpanel/deliver-batch.ts";
import type { BatchBuilder } from "../mixpanel/destinations/import/event-batch.ts";
import type { Deadline } from "../platform/deadline.ts";
import type { EventBytes, RecordBytes } from "../event/record.ts";
import { resolveEvent, type EventOutcome, type Submission } from "./submission.ts";

/** A batch of events of several messages. */
export interface SharedBatch {
  readonly builder: BatchBuilder;
  readonly isIdentity: boolean;
  /** Whose event each one is. */
  readonly owners: { readonly submission: Submission; readonly record: RecordBytes }[];
  /** Of the message in it that has least time left. */
  deadline: Deadline;
  /**
   * Until it has waited long enough; then, when there is no room for its request, until its time is
   * up.
   */
  timer: NodeJS.Timeout | undefined;
  /** When it has waited long enough for company, in milliseconds of the clock. */
  readonly dueAt: number;
  /** It has waited long enough for company. */
  isDue: boolean;
}

const IMPORTED: EventOutcome = { kind: "imported" };

/** Puts an event in. Its bytes are copied: only the record it came from is kept. */
export function addEvent(
  batch: SharedBatch,
  event: EventBytes,
  submission: Submission,
  deadline: Deadline,
): void {
  batch.builder.add(event);
  batch.owners.push({ submission, record: event.record });
  if (deadline.startBy < batch.deadline.startBy) batch.deadline = deadline;
}

/** Tells every message in the batch what became of its events. */
export function resolveBatch({ owners }: SharedBatch, delivery: Delivery): void {
  const mismatch = mismatchOf(delivery, owners.length);
  if (mismatch !== undefined) {
    failBatch({ owners }, mismatch);
    return;
  }
  const problems = new Map(delivery.rejected.map(({ index, problem }) => [index, problem]));
  const pending = new Set(delivery.pending);
  const postponed: EventOutcome = {
    kind: "pending",
    retryReason: delivery.retryReason ?? "not settled",
  };
  owners.forEach(({ submission, record }, index) => {
    const problem = problems.get(index);
    if (problem !== undefined) resolveEvent(submission, { kind: "rejected", record, problem });
    else resolveEvent(submission, pending.has(index) ? postponed : IMPORTED);
  });
}

/** Tells every message in the batch that its events have to come again. */
export function postponeBatch({ owners }: SharedBatch, retryReason: string): void {
  for (const { submission } of owners) resolveEvent(submission, { kind: "pending", retryReason });
}

/** Tells every message in the batch of a bug of ours. */
export function failBatch({ owners }: Pick<SharedBatch, "owners">, error: unknown): void {
  for (const { submission } of owners) resolveEvent(submission, { kind: "failed", error });
}

/**
 * Every event has to be exactly one of imported, rejected or pending: what is missing must not pass
 * for imported.
 */
function mismatchOf(delivery: Delivery, events: number): CountMismatchError | undefined {
  const { imported, rejected, pending } = delivery;
  const indexes = [...rejected.map(({ index }) => index), ...pending];
  const distinct = new Set(indexes.filter((index) => index >= 0 && index < events));
  const isComplete = distinct.size === indexes.length && imported + indexes.length === events;
  if (isComplete) return undefined;
  return new CountMismatchError(
    `Of ${events} events ${imported} are imported, ${rejected.length} rejected, ${pending.length} pending`,
  );
}
