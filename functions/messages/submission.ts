import type { Problem } from "../event/problem.ts";
import type { RecordBytes } from "../event/record.ts";
import type { DeliveredUpdates } from "../mixpanel/profiles/delivered-updates.ts";

/** What became of the events of one message, and of its updates of profiles if it has any. */
export interface SubmissionOutcome {
  readonly imported: number;
  readonly rejected: readonly { readonly record: RecordBytes; readonly problem: Problem }[];
  /** Why some of them are not settled, or undefined. */
  readonly retryReason: string | undefined;
  readonly updates?: DeliveredUpdates;
}

/** The events of one message on their way, however many batches they travel in. */
export interface Submission {
  /** How often Pub/Sub has delivered the message. */
  readonly deliveryAttempt: number;
  /** Events that have not come to their end. */
  left: number;
  imported: number;
  readonly rejected: { record: RecordBytes; problem: Problem }[];
  retryReason: string | undefined;
  /** A bug of ours: the first one. */
  failure: { readonly error: unknown } | undefined;
  readonly resolve: (outcome: SubmissionOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** How one event ended. */
export type EventOutcome =
  | { readonly kind: "imported" }
  | { readonly kind: "rejected"; readonly record: RecordBytes; readonly problem: Problem }
  /** Not now: `retryReason` says why. */
  | { readonly kind: "pending"; readonly retryReason: string }
  /** A bug of ours. */
  | { readonly kind: "failed"; readonly error: unknown };

/** @param events how many there are, at least one */
export function createSubmission(
  events: number,
  deliveryAttempt: number,
  resolve: Submission["resolve"],
  reject: Submission["reject"],
): Submission {
  return {
    deliveryAttempt,
    left: events,
    imported: 0,
    rejected: [],
    retryReason: undefined,
    failure: undefined,
    resolve,
    reject,
  };
}

/** One event has come to its end; with the last one the submission has. */
export function resolveEvent(submission: Submission, end: EventOutcome): void {
  switch (end.kind) {
    case "imported":
      submission.imported++;
      break;
    case "rejected":
      submission.rejected.push({ record: end.record, problem: end.problem });
      break;
    case "pending":
      submission.retryReason ??= end.retryReason;
      break;
    case "failed":
      submission.failure ??= { error: end.error };
      break;
  }
  submission.left--;
  if (submission.left > 0) return;
  const { imported, rejected, retryReason, failure } = submission;
  if (failure === undefined) submission.resolve({ imported, rejected, retryReason });
  else submission.reject(failure.error);
}
