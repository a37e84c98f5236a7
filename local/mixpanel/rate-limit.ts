import { MAX_BYTES_PER_MINUTE, MAX_EVENTS_PER_SECOND } from "./limits.ts";

/** What a project may send; both are judged over the last 60 seconds. */
export interface RateLimits {
  /** 60 times as many in any minute. @default 30,000 */
  readonly eventsPerSecond: number;
  /** Uncompressed. @default 2,000,000,000 */
  readonly bytesPerMinute: number;
}

export const DOCUMENTED_RATE: RateLimits = {
  eventsPerSecond: MAX_EVENTS_PER_SECOND,
  bytesPerMinute: MAX_BYTES_PER_MINUTE,
};

/** Refuses what goes over a project's rate. */
export interface RateLimiter {
  /** False as long as the last minute is used up: nothing is admitted, however small. */
  hasRoom(): boolean;
  /**
   * Counts a request in, unless it does not fit into the last minute any more. One always fits into
   * an empty minute.
   */
  admit(events: number, bytes: number): boolean;
  /** undefined = unlimited */
  setLimits(limits: RateLimits | undefined): void;
  clear(): void;
}

interface Entry {
  readonly atMs: number;
  events: number;
  bytes: number;
}

const WINDOW_MS = 60_000;

/**
 * A rolling minute (https://docs.mixpanel.com/troubleshooting/errors/429-rate-limit-exceeded). What
 * is refused by its rules counts ("retrying 400s burns the limit"), what is refused for the rate
 * does not (inferred). Kept are the sums of each millisecond, so 120,000 entries at most, the old
 * half of them waiting to be let go.
 */
export function createRateLimiter(now: () => number, initial?: RateLimits): RateLimiter {
  let limits = initial;
  let entries: Entry[] = [];
  let oldest = 0;
  let used = { events: 0, bytes: 0 };

  const clear = (): void => {
    entries = [];
    oldest = 0;
    used = { events: 0, bytes: 0 };
  };

  const forgetOld = (): void => {
    // Someone set the clock back.
    if ((entries.at(-1)?.atMs ?? 0) > now()) clear();
    const startMs = now() - WINDOW_MS;
    for (let entry = entries[oldest]; entry !== undefined; entry = entries[oldest]) {
      if (entry.atMs > startMs) break;
      used = { events: used.events - entry.events, bytes: used.bytes - entry.bytes };
      oldest += 1;
    }
    if (oldest * 2 <= entries.length) return;
    entries = entries.slice(oldest);
    oldest = 0;
  };

  const fits = (events: number, bytes: number): boolean => {
    if (limits === undefined || entries.length === oldest) return true;
    return (
      used.events + events <= limits.eventsPerSecond * 60 &&
      used.bytes + bytes <= limits.bytesPerMinute
    );
  };

  const record = (events: number, bytes: number): void => {
    used = { events: used.events + events, bytes: used.bytes + bytes };
    const last = entries.at(-1);
    if (last?.atMs === now()) {
      last.events += events;
      last.bytes += bytes;
    } else entries.push({ atMs: now(), events, bytes });
  };

  return {
    hasRoom: () => {
      forgetOld();
      return fits(1, 1);
    },
    admit: (events, bytes) => {
      forgetOld();
      if (!fits(events, bytes)) return false;
      record(events, bytes);
      return true;
    },
    setLimits: (changed) => {
      limits = changed;
    },
    clear,
  };
}
