import type { Deadline } from "../platform/deadline.ts";

/** A request that was started just before the budget ended may take this long. */
const LAST_REQUEST_MS = 30_000;

/**
 * The platform responds with 504 at the timeout, but lets the instance run on beside the
 * redelivery.
 */
const ABORT_BEFORE_TIMEOUT_MS = 15_000;

/** How long a message that came at `now` (monotonic) may take. `signal` ends its work at once. */
export function messageDeadline(
  { timeBudgetMs, timeoutMs }: { readonly timeBudgetMs: number; readonly timeoutMs: number },
  now: number,
  signal: AbortSignal,
): Deadline {
  const workMs = timeoutMs - ABORT_BEFORE_TIMEOUT_MS;
  const startBy = now + Math.min(timeBudgetMs, workMs);
  return { startBy, endBy: Math.min(startBy + LAST_REQUEST_MS, now + workMs), signal };
}
