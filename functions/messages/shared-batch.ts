import { CountMismatchError } from "../platform/errors.ts";
import type { Delivery } from "../mixpanel/deliver-batch.ts";
import type { BatchBuilder } from "../mixpanel/event-batch.ts";
import type { TimeLimits } from "../mixpanel/import-client.ts";
import type { EventBytes, RecordBytes } from "../event/record.ts";
import { concludeEvent, type EventEnd, type Submission } from "./submission.ts";

/** A batch of events of several messages. */
export interface SharedBatch {
  readonly builder: BatchBuilder;
  readonly isIdentity: boolean;
  /** Whose event each one is. */
  readonly owners: { readonly submission: Submission; readonly record: RecordBytes }[];
  /** Of the message in it that has least time left. */
  limits: TimeLimits;
  /** Until it has waited long enough; then, when there is no room for its request, until its time is up. */
  timer: NodeJS.Timeout | undefined;
  /** When it has waited long enough for company, in milliseconds of the clock. */
  readonly dueAt: number;
  /** It has waited long enough for company. */
  isDue: boolean;
}

const IMPORTED: EventEnd = { kind: "imported" };

/** Puts an event in. Its bytes are copied: only the record it came from is kept. */
export function addEvent(
  batch: SharedBatch,
  event: EventBytes,
  submission: Submission,
  limits: TimeLimits,
): void {
  batch.builder.add(event);
  batch.owners.push({ submission, record: event.record });
  if (limits.stopAt < batch.limits.stopAt) batch.limits = limits;
}

/** Tells every message in the batch what became of its events. */
export function concludeBatch({ owners }: SharedBatch, delivery: Delivery): void {
  const mismatch = mismatchOf(delivery, owners.length);
  if (mismatch !== undefined) {
    failBatch({ owners }, mismatch);
    return;
  }
  const problems = new Map(delivery.rejected.map(({ index, problem }) => [index, problem]));
  const unsettled = new Set(delivery.unsettled);
  const postponed: EventEnd = { kind: "unsettled", trouble: delivery.trouble ?? "not settled" };
  owners.forEach(({ submission, record }, index) => {
    const problem = problems.get(index);
    if (problem !== undefined) concludeEvent(submission, { kind: "rejected", record, problem });
    else concludeEvent(submission, unsettled.has(index) ? postponed : IMPORTED);
  });
}

/** Tells every message in the batch that its events have to come again. */
export function postponeBatch({ owners }: SharedBatch, trouble: string): void {
  for (const { submission } of owners) concludeEvent(submission, { kind: "unsettled", trouble });
}

/** Tells every message in the batch of a bug of ours. */
export function failBatch({ owners }: Pick<SharedBatch, "owners">, error: unknown): void {
  for (const { submission } of owners) concludeEvent(submission, { kind: "failed", error });
}

/** Every event has to be exactly one of imported, rejected or unsettled: what is missing must not pass for imported. */
function mismatchOf(delivery: Delivery, events: number): CountMismatchError | undefined {
  const { imported, rejected, unsettled } = delivery;
  const indexes = [...rejected.map(({ index }) => index), ...unsettled];
  const distinct = new Set(indexes.filter((index) => index >= 0 && index < events));
  const isComplete = distinct.size === indexes.length && imported + indexes.length === events;
  if (isComplete) return undefined;
  return new CountMismatchError(
    `Of ${events} events ${imported} are imported, ${rejected.length} rejected, ${unsettled.length} unsettled`,
  );
}
