import type { Timers } from "../../local/pubsub/timers.ts";

/** A clock that stands still until a test turns it. */
export interface FakeTimers extends Timers {
  /** Turns the clock on by `ms`, calling what comes due in its order. */
  advance(ms: number): void;
  /** Timers that are set at the moment. */
  pending(): number;
}

/** @param start milliseconds since the epoch */
export function createFakeTimers(start = Date.UTC(2026, 0, 1)): FakeTimers {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const nextUntil = (end: number) =>
    [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];

  return {
    now: () => now,
    after: (delayMs, callback) => {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance: (ms) => {
      const end = now + ms;
      for (let next = nextUntil(end); next !== undefined; next = nextUntil(end)) {
        timers.delete(next);
        now = next.at;
        next.callback();
      }
      now = end;
    },
    pending: () => timers.size,
  };
}
