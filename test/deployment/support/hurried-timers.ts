import { systemTimers, type Timers } from "../../../local/pubsub/timers.ts";

export interface HurriedTimers extends Timers {
  /** From now on timers are so many times as fast. */
  hurry(factor: number): void;
  /** So much later it is, without any timer having ended. */
  skip(ms: number): void;
  /** Milliseconds of all the timers so far, one after the other. */
  total(): number;
}

/** The real clock, whose timers can be made to run fast: 100 attempts take 16 hours otherwise. */
export function createHurriedTimers(): HurriedTimers {
  let factor = 1;
  let skipped = 0;
  let total = 0;
  return {
    now: () => Date.now() + skipped,
    after: (delayMs, callback) => {
      total += delayMs;
      return systemTimers.after(delayMs / factor, callback);
    },
    hurry: (times) => {
      factor = times;
    },
    skip: (ms) => {
      skipped += ms;
    },
    total: () => total,
  };
}
