/**
 * The two clocks of an instance, in milliseconds. Injected, so that tests decide what time it is.
 */
export interface Clock {
  /** Never goes back and is never set: for durations, deadlines and pauses. */
  readonly now: () => number;
  /** Since the epoch: for what is compared with other machines' clocks or written down. */
  readonly wallNow: () => number;
}

/** https://nodejs.org/api/perf_hooks.html#performancenow is monotonic, `Date.now` is not. */
export const systemClock: Clock = { now: () => performance.now(), wallNow: Date.now };
