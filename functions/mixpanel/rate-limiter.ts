import { UnavailableError } from "../platform/errors.ts";
import { createGrowingRate } from "./growing-rate.ts";
import { createRateMeter } from "./rate-meter.ts";
import { createRequestSlots } from "./request-slots.ts";

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
  const rate = createGrowingRate(now);
  const meter = createRateMeter(now);
  const slots = createRequestSlots(maxInFlight);
  let last = { at: -Infinity, bytes: 0 };
  /** Attempts that ended without a refusal since the last one that did. */
  let successes = 0;
  let turn: Promise<void> = Promise.resolve();

  const waitForTurn = async (bytes: number, signal: AbortSignal): Promise<void> => {
    // A refusal meanwhile puts the turn off, so it is looked at again after every sleep.
    for (;;) {
      const wait = Math.max(nextAt(), rate.pausedUntil()) - now();
      if (wait <= 0) break;
      await sleep(Math.min(wait, MAX_SLEEP_MS), signal);
    }
    signal.throwIfAborted();
    last = { at: now(), bytes };
  };
  /** When the next request may start, at the rate that there is now. */
  const nextAt = (): number => {
    const perSecond = rate.current();
    return perSecond === Infinity ? 0 : last.at + (last.bytes / perSecond) * 1000;
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
      if (rate.refused(pauseMs, meter.perSecond(), successes > 0)) successes = 0;
    },
    rate: rate.current,
  };
}
