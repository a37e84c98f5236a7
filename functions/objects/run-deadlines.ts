import { deadlineAt, type Deadline } from "../platform/deadline.ts";

/** How long one run at an object may go on. */
export interface RunDeadlines {
  /** When the run started, in milliseconds of the monotonic clock. */
  readonly startedAt: number;
  /** Of reading, sending, and the dead letters of what was sent. */
  readonly work: Deadline;
  /** Of the receipt, and of what is looked up for it. */
  readonly receipt: Deadline;
  /** Of the continuation, which is published when there can be no receipt. */
  readonly finish: Deadline;
}

/**
 * The platform responds with 504 at the function's timeout, but lets the instance run on beside the
 * redelivery: everything has to be over before.
 */
const ABORT_BEFORE_TIMEOUT_MS = 15_000;

/** A receipts bucket that hangs must not take the time of the continuation, too. */
const RECEIPT_BEFORE_TIMEOUT_MS = 10_000;

/**
 * When requests took all the time there was, the rest is for the continuation: else the run was for
 * nothing.
 */
const FINISH_BEFORE_TIMEOUT_MS = 5_000;

/**
 * The deadlines of a run that starts now. `signal` ends its work at once; what it came to is handed
 * over all the same.
 */
export function runDeadlines(
  { timeBudgetMs, timeoutMs }: { readonly timeBudgetMs: number; readonly timeoutMs: number },
  startedAt: number,
  signal: AbortSignal,
): RunDeadlines {
  const workMs = timeoutMs - ABORT_BEFORE_TIMEOUT_MS;
  return {
    startedAt,
    work: {
      startBy: startedAt + Math.min(timeBudgetMs, workMs),
      endBy: startedAt + workMs,
      signal,
    },
    receipt: deadlineAt(startedAt + timeoutMs - RECEIPT_BEFORE_TIMEOUT_MS),
    finish: deadlineAt(startedAt + timeoutMs - FINISH_BEFORE_TIMEOUT_MS),
  };
}
