import { UnavailableError } from "../platform/errors.ts";

/** Bytes a second below which a refused instance does not fall, so that it finds out when the retryReason is over. */
const FLOOR = 32 * 1024;

export interface RateLimiterOptions {
  /** Most requests at once. */
  readonly maxInFlight: number;
  /** Why no request may start at all, or undefined: the circuit breaker is open. */
  readonly blockedReason: () => string | undefined;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface RateLimiter {
  /** Waits for the turn of a request of `bytes`; returns what to call when its response is there. */
  readonly acquire: (bytes: number, signal: AbortSignal) => Promise<() => void>;
  /** Mixpanel refused a request: nothing is sent for `pauseMs`, then at half the rate. */
  readonly throttled: (pauseMs: number) => void;
  /** Bytes a second now; Infinity until the first refusal. */
  readonly rate: () => number;
}

/**
 * The pace of one instance's requests. Mixpanel limits a project, and the instances of a function do not know of each
 * other: so the rate is unlimited until Mixpanel refuses, is halved at each refusal, and grows again in between. A
 * refusal also stops the whole instance for the time of the backoff, retries included: what is sent meanwhile would be
 * refused too, and refused requests count towards the limit.
 * https://docs.mixpanel.com/reference/import-events, "Rate limits"
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { maxInFlight, blockedReason, now, sleep } = options;
  let rate = Infinity;
  let grownAt = 0;
  /** The rate at the last refusal, after it was halved. */
  let base = 0;
  let nextAt = 0;
  let pausedUntil = 0;
  let inFlight = 0;
  let turn: Promise<void> = Promise.resolve();
  const waiting: (() => void)[] = [];
  const sent = createMeter(now);

  const grow = (): void => {
    const since = Math.max(grownAt, pausedUntil);
    if (now() > since) rate += growthBetween(since - pausedUntil, now() - pausedUntil, base);
    grownAt = now();
  };
  const takeSlot = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (inFlight < maxInFlight) inFlight++;
    else await waitForSlot(waiting, signal);
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) inFlight--;
    else next();
  };
  const waitForTurn = async (bytes: number, signal: AbortSignal): Promise<void> => {
    // A refusal meanwhile puts the turn off, so it is looked at again after every sleep.
    for (;;) {
      const wait = Math.max(nextAt, pausedUntil) - now();
      if (wait <= 0) break;
      await sleep(wait, signal);
    }
    signal.throwIfAborted();
    grow();
    nextAt = rate === Infinity ? 0 : now() + (bytes / rate) * 1000;
    sent.add(bytes);
  };

  return {
    acquire: async (bytes, signal) => {
      await takeSlot(signal);
      // One after the other: only the first in line knows when the next may start.
      const mine = turn.then(() => waitForTurn(bytes, signal));
      turn = mine.catch(() => undefined);
      try {
        await mine;
        // Also a request that waited for its turn, or for its next attempt, when the circuit breaker opened.
        const reason = blockedReason();
        if (reason !== undefined) throw new UnavailableError(reason);
      } catch (error) {
        release();
        throw error;
      }
      return release;
    },
    throttled: (pauseMs) => {
      // The requests of one volley are refused one after the other: that is one refusal, not ten.
      if (now() >= pausedUntil) {
        grow();
        rate = Math.max(FLOOR, Math.min(rate, sent.perSecond()) / 2);
        base = rate;
      }
      pausedUntil = Math.max(pausedUntil, now() + pauseMs);
    },
    rate: () => rate,
  };
}

/** Waits in line for a slot; whoever is aborted leaves the line. */
function waitForSlot(line: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const take = (): void => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    };
    const giveUp = (): void => {
      line.splice(line.indexOf(take), 1);
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    signal.addEventListener("abort", giveUp, { once: true });
    line.push(take);
  });
}

/**
 * Mixpanel looks at a rolling minute: an instance that grows back by what it lost within one finds out whether the limit
 * is still there without running far beyond it.
 */
const RECOVERY_SECONDS = 60;
/** The longer there was no refusal, the more room there must be: after this long the growth has doubled. */
const ACCELERATION_SECONDS = 30;
/** An instance at the floor grows as fast as one at this rate. */
const LEAST_BASE = 8 * 1024 * RECOVERY_SECONDS;

/**
 * Bytes a second gained between two moments after a pause, in milliseconds since its end. The numbers are the outcome of
 * `bench/rate-limiter-simulation.ts`.
 */
function growthBetween(fromMs: number, toMs: number, base: number): number {
  const [from, to] = [fromMs / 1000, toMs / 1000];
  const perSecond = Math.max(base, LEAST_BASE) / RECOVERY_SECONDS;
  return perSecond * (to - from + (to ** 2 - from ** 2) / (2 * ACCELERATION_SECONDS));
}

/** Measures the bytes a second of the last ten seconds. */
function createMeter(now: () => number) {
  const WINDOW_MS = 10_000;
  const entries: { at: number; bytes: number }[] = [];
  let total = 0;
  const forget = (): void => {
    while (entries[0] !== undefined && entries[0].at < now() - WINDOW_MS)
      total -= entries.shift()?.bytes ?? 0;
  };
  return {
    add: (bytes: number): void => {
      forget();
      entries.push({ at: now(), bytes });
      total += bytes;
    },
    perSecond: (): number => {
      forget();
      const since = entries[0]?.at ?? now();
      return total / Math.max(1, (now() - since) / 1000);
    },
  };
}
