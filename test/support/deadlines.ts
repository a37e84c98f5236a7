import { systemClock } from "../../functions/platform/clock.ts";
import type { Deadline } from "../../functions/platform/deadline.ts";

/** A deadline on a clock of the test's own; without `signal` nothing ends it earlier. */
export function deadline(
  startBy: number,
  endBy = startBy,
  signal: AbortSignal = new AbortController().signal,
): Deadline {
  return { startBy, endBy, signal };
}

/**
 * A deadline on the system's monotonic clock: nothing starts after `startMs` from now, all is over
 * after `endMs`.
 */
export function deadlineIn(startMs: number, endMs = startMs, signal?: AbortSignal): Deadline {
  const now = systemClock.now();
  return deadline(now + startMs, now + endMs, signal);
}

/** For what is to be done whatever time it takes. */
export const NO_DEADLINE: Deadline = deadline(Infinity);
