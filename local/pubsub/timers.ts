/** The clock and the timers of local Pub/Sub, so that tests can turn the clock themselves. */
export interface Timers {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `callback` once after `delayMs`; the function returned cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The real clock. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
