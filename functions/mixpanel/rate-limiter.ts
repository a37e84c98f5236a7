import { UnavailableError } from "../platform/errors.ts";
import { createRateMeter } from "./rate-meter.ts";
import { createRequestSlots } from "./request-slots.ts";

/**
 * Bytes a second below which a refused instance does not fall, so that it finds out when the outage
 * is over.
 */
const FLOOR = 32 * 1024;

/** The rate may grow while a request waits: it is looked at again so often. */
const MAX_SLEEP_MS = 1000;

export interface RateLimiterOptions {
  /** Most requests at once. */
  readonly maxInFlight: number;
  /** Why no request may start at all, or undefined: the circuit breaker is open. */
  readonly blockedReason: () => string | undefined;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface RateLimiter {
  /**
   * Waits for the turn of a request of `bytes`; returns what to call when its response is there.
   */
  readonly acquire: (bytes: number, signal: AbortSignal) => Promise<() => void>;
  /** Mixpanel refused a request: nothing is sent for `pauseMs`, then at half the rate. */
  readonly throttled: (pauseMs: number) => void;
  /** Bytes a second now; Infinity until the first refusal. */
  readonly rate: () => number;
}

/**
 * The rate of one instance's requests. Mixpanel limits a project, and the instances of a function
 * do not know of each other: so the rate is unlimited until Mixpanel refuses, is halved at each
 * refusal, and grows again in between. A refusal also stops the whole instance for the time of the
 * backoff, retries included: what is sent meanwhile would be refused too, and refused requests
 * count towards the limit. Refusals without a success in between are an outage, which says little
 * of the rate: when it is over, the rate doubles every three seconds until it is half of what it
 * was before. https://docs.mixpanel.com/reference/import-events, "Rate limits"
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { maxInFlight, blockedReason, now, sleep } = options;
  let rate = Infinity;
  let grownAt = 0;
  /**
   * Half of what was sent when Mixpanel refused for the first time since it last accepted
   * something.
   */
  let target = 0;
  let last = { at: -Infinity, bytes: 0 };
  let pausedUntil = 0;
  /** Attempts that ended without a refusal since the rate was last halved. */
  let successes = 0;
  let turn: Promise<void> = Promise.resolve();
  const slots = createRequestSlots(maxInFlight);
  const meter = createRateMeter(now);

  const grow = (): void => {
    const from = Math.max(grownAt, pausedUntil);
    grownAt = now();
    if (rate === Infinity || grownAt <= from) return;
    const doubling = Math.min(msToDouble(rate, target), grownAt - from);
    rate *= 2 ** (doubling / DOUBLING_MS);
    rate += growthBetween(from + doubling - pausedUntil, grownAt - pausedUntil, target);
  };
  const waitForTurn = async (bytes: number, signal: AbortSignal): Promise<void> => {
    // A refusal meanwhile puts the turn off, so it is looked at again after every sleep.
    for (;;) {
      const wait = Math.max(nextAt(), pausedUntil) - now();
      if (wait <= 0) break;
      await sleep(Math.min(wait, MAX_SLEEP_MS), signal);
    }
    signal.throwIfAborted();
    last = { at: now(), bytes };
  };
  /** When the next request may start, at the rate that there is now. */
  const nextAt = (): number => {
    grow();
    return rate === Infinity ? 0 : last.at + (last.bytes / rate) * 1000;
  };

  return {
    acquire: async (bytes, signal) => {
      await slots.take(signal);
      // One after the other: only the first in line knows when the next may start.
      const mine = turn.then(() => waitForTurn(bytes, signal));
      turn = mine.catch(() => undefined);
      try {
        await mine;
        // Also a request that waited for its turn, or for its next attempt, when the circuit
        // breaker opened.
        const reason = blockedReason();
        if (reason !== undefined) throw new UnavailableError(reason);
      } catch (error) {
        slots.release();
        throw error;
      }
      const end = meter.start(bytes);
      return () => {
        end();
        successes++;
        slots.release();
      };
    },
    throttled: (pauseMs) => {
      successes--;
      // The requests of one volley are refused one after the other: that is one refusal, not ten.
      if (now() >= pausedUntil) {
        grow();
        const half = Math.min(rate, meter.perSecond()) / 2;
        if (rate === Infinity || successes > 0) target = Math.max(FLOOR, half);
        rate = Math.max(FLOOR, rate === Infinity ? half : Math.min(half, rate / 2));
        successes = 0;
      }
      pausedUntil = Math.max(pausedUntil, now() + pauseMs);
    },
    rate: () => rate,
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
