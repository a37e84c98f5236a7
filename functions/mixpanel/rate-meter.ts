/** What is looked at of the time before the requests that were in flight lately. */
const WINDOW_MS = 10_000;
/** A request is forgotten after this. */
const MEMORY_MS = 120_000;

/** Measures the rate of requests. */
export interface RateMeter {
  /** A request of so many bytes starts; returns what to call when it has ended. */
  readonly start: (bytes: number) => () => void;
  /** Bytes a second lately. */
  readonly perSecond: () => number;
}

interface SentRequest {
  readonly startedAt: number;
  readonly bytes: number;
  endedAt: number;
}

/**
 * Measures bytes a second over the time that requests really take: a request that hangs for eleven
 * seconds says nothing against those before it, which took a tenth of one.
 */
export function createRateMeter(now: () => number): RateMeter {
  let requests: SentRequest[] = [];
  return {
    start: (bytes: number): (() => void) => {
      const request: SentRequest = { startedAt: now(), bytes, endedAt: Infinity };
      requests.push(request);
      return () => {
        request.endedAt = now();
      };
    },
    perSecond: (): number => {
      requests = requests.filter(({ endedAt }) => endedAt >= now() - MEMORY_MS);
      const recent = requests.filter(({ endedAt }) => endedAt >= now() - WINDOW_MS);
      const from = Math.min(...recent.map(({ startedAt }) => startedAt)) - WINDOW_MS;
      const measured = requests.filter(({ startedAt }) => startedAt >= from);
      const since = Math.min(now() - 1000, ...measured.map(({ startedAt }) => startedAt));
      const bytes = measured.reduce((sum, request) => sum + request.bytes, 0);
      return bytes / ((now() - since) / 1000);
    },
  };
}
