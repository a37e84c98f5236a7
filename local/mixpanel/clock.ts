/** The simulator's clock: Mixpanel's, which may differ from ours. Milliseconds since 1970. */
export interface Clock {
  readonly now: () => number;
  /** Lets it run on from `timeMs`, or stand still there. */
  set(timeMs: number, options?: { readonly frozen?: boolean }): void;
  /** Moves it, running or standing. */
  advance(ms: number): void;
}

/** A clock that shows `base` until it is set. */
export function createClock(base: () => number): Clock {
  let offsetMs = 0;
  let frozenAt: number | undefined;
  return {
    now: () => frozenAt ?? base() + offsetMs,
    set: (timeMs, { frozen = false } = {}) => {
      frozenAt = frozen ? timeMs : undefined;
      offsetMs = timeMs - base();
    },
    advance: (ms) => {
      if (frozenAt !== undefined) frozenAt += ms;
      offsetMs += ms;
    },
  };
}
