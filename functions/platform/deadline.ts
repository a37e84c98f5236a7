/**
 * How long a piece of work may go on. Points in time are milliseconds of the monotonic clock
 * (`clock.ts`): a wall clock that is set back would make a wait of seconds last an hour.
 */
export interface Deadline {
  /** No request, no further attempt and no other piece of work starts after this. */
  readonly startBy: number;
  /** Whatever is in flight then is aborted. */
  readonly endBy: number;
  /** Ends everything at once: the instance is going away. */
  readonly signal: AbortSignal;
}

/** A signal that never aborts, for work that has to be finished even while the instance stops. */
const NEVER_ABORTED = new AbortController().signal;

/** The deadline of work that may start, and has to end, by `at`; no shutdown ends it earlier. */
export function deadlineAt(at: number): Deadline {
  return { startBy: at, endBy: at, signal: NEVER_ABORTED };
}

/** Whether there is still time to start something. */
export function mayStart({ startBy }: Deadline, now: number): boolean {
  return now < startBy;
}

/**
 * The same deadline for what follows the work and may start until its very end, as dead letters do.
 */
export function untilEnd({ endBy, signal }: Deadline): Deadline {
  return { startBy: endBy, endBy, signal };
}

/** The deadline that leaves none of `deadlines` more time than it has. At least one. */
export function earliest(deadlines: readonly Deadline[]): Deadline {
  return {
    startBy: Math.min(...deadlines.map(({ startBy }) => startBy)),
    endBy: Math.min(...deadlines.map(({ endBy }) => endBy)),
    signal: AbortSignal.any(deadlines.map(({ signal }) => signal)),
  };
}

/** Aborts when no work may start any more: for a wait before the work itself. */
export function startSignal({ startBy, signal }: Deadline, now: number): AbortSignal {
  return AbortSignal.any([signal, timeoutSignal(startBy - now)]);
}

/** Aborts after `maxMs`, or at the end of the deadline if that comes first. */
export function endSignal({ endBy, signal }: Deadline, now: number, maxMs = Infinity): AbortSignal {
  return AbortSignal.any([signal, timeoutSignal(Math.min(maxMs, endBy - now))]);
}

/** Timers of Node take at most 2^31 - 1 ms, and fire at once beyond that. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function timeoutSignal(ms: number): AbortSignal {
  return AbortSignal.timeout(Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(ms))));
}
