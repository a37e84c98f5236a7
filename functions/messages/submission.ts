import type { Problem } from "../event/problem.ts";
import type { RecordBytes } from "../event/record.ts";

/** What became of the events of one message. */
export interface EventsOutcome {
  readonly imported: number;
  readonly rejected: readonly { readonly record: RecordBytes; readonly problem: Problem }[];
  /** Why some of them are not settled, or undefined. */
  readonly trouble: string | undefined;
}

/** The events of one message on their way, however many batches they travel in. */
export interface Submission {
  /** Events that have not come to their end. */
  left: number;
  imported: number;
  readonly rejected: { record: RecordBytes; problem: Problem }[];
  trouble: string | undefined;
  /** A bug of ours: the first one. */
  failure: { readonly error: unknown } | undefined;
  readonly resolve: (outcome: EventsOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** How one event ended. */
export type EventEnd =
  | { readonly kind: "imported" }
  | { readonly kind: "rejected"; readonly record: RecordBytes; readonly problem: Problem }
  /** Not now: `trouble` says why. */
  | { readonly kind: "unsettled"; readonly trouble: string }
  /** A bug of ours. */
  | { readonly kind: "failed"; readonly error: unknown };

/** @param events how many there are, at least one */
export function createSubmission(
  events: number,
  resolve: Submission["resolve"],
  reject: Submission["reject"],
): Submission {
  return {
    left: events,
    imported: 0,
    rejected: [],
    trouble: undefined,
    failure: undefined,
    resolve,
    reject,
  };
}

/** One event has come to its end; with the last one the submission has. */
export function concludeEvent(submission: Submission, end: EventEnd): void {
  switch (end.kind) {
    case "imported":
      submission.imported++;
      break;
    case "rejected":
      submission.rejected.push({ record: end.record, problem: end.problem });
      break;
    case "unsettled":
      submission.trouble ??= end.trouble;
      break;
    case "failed":
      submission.failure ??= { error: end.error };
      break;
  }
  submission.left--;
  if (submission.left > 0) return;
  const { imported, rejected, trouble, failure } = submission;
  if (failure === undefined) submission.resolve({ imported, rejected, trouble });
  else submission.reject(failure.error);
}
