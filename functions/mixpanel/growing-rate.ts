/**
 * Bytes a second below which a refused instance does not fall, so that it finds out when the outage
 * is over.
 */
const FLOOR = 32 * 1024;

/** A rate in bytes a second: unlimited at first, halved by refusals, growing in between. */
export interface GrowingRate {
  /** Bytes a second now; Infinity until the first refusal. */
  readonly current: () => number;
  /** Nothing may be sent before this, in milliseconds of the monotonic clock. */
  readonly pausedUntil: () => number;
  /**
   * A request was refused, and is sent again after `pauseMs`: the rate is half of what it was, or
   * of `perSecond`, which was really sent. `hasSucceeded`: others were not refused since the last
   * refusal. False when the refusal is one more of a volley, which is one refusal, not ten.
   */
  readonly refused: (pauseMs: number, perSecond: number, hasSucceeded: boolean) => boolean;
}

/** @param now milliseconds of the monotonic clock */
export function createGrowingRate(now: () => number): GrowingRate {
  let rate = Infinity;
  let grownAt = 0;
  /** Half of what was sent at the first refusal since Mixpanel last accepted something. */
  let target = 0;
  let pausedUntil = 0;

  const grow = (): void => {
    const from = Math.max(grownAt, pausedUntil);
    grownAt = now();
    if (rate === Infinity || grownAt <= from) return;
    const doubling = Math.min(msToDouble(rate, target), grownAt - from);
    rate *= 2 ** (doubling / DOUBLING_MS);
    rate += growthBetween(from + doubling - pausedUntil, grownAt - pausedUntil, target);
  };
  return {
    current: () => {
      grow();
      return rate;
    },
    pausedUntil: () => pausedUntil,
    refused: (pauseMs, perSecond, hasSucceeded) => {
      const isFirst = now() >= pausedUntil;
      if (isFirst) {
        grow();
        const half = Math.min(rate, perSecond) / 2;
        if (rate === Infinity || hasSucceeded) target = Math.max(FLOOR, half);
        rate = Math.max(FLOOR, rate === Infinity ? half : Math.min(half, rate / 2));
      }
      pausedUntil = Math.max(pausedUntil, now() + pauseMs);
      return isFirst;
    },
  };
}

/** After an outage: from the floor to 30 MB/s in half a minute. */
const DOUBLING_MS = 3000;

/** Milliseconds until `rate` has doubled its way up to `target`. */
function msToDouble(rate: number, target: number): number {
  return rate < target ? DOUBLING_MS * Math.log2(target / rate) : 0;
}

/**
 * Mixpanel looks at a rolling minute: an instance that grows back by what it lost within one finds
 * out whether the limit is still there without running far beyond it.
 */
const RECOVERY_SECONDS = 60;
/**
 * The longer there was no refusal, the more room there must be: after this long the growth has
 * doubled.
 */
const ACCELERATION_SECONDS = 30;
/** An instance at the floor grows as fast as one at this rate. */
const LEAST_BASE = 8 * 1024 * RECOVERY_SECONDS;

/**
 * Bytes a second gained between two moments after a pause, in milliseconds since its end. The
 * numbers are the outcome of `bench/rate-limiter-simulation.ts`.
 */
function growthBetween(fromMs: number, toMs: number, base: number): number {
  const [from, to] = [fromMs / 1000, toMs / 1000];
  const perSecond = Math.max(base, LEAST_BASE) / RECOVERY_SECONDS;
  return perSecond * (to - from + (to ** 2 - from ** 2) / (2 * ACCELERATION_SECONDS));
}
