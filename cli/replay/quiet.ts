import type { ReplayListeners } from "./plan.ts";

/** When a subscription counts as empty. */
export interface Quiet {
  /** Aborts then: no pull is of any use. */
  readonly signal: AbortSignal;
  /** Counts what a pull brings. While none is under way nothing is quiet. */
  watch<T extends readonly unknown[]>(pull: Promise<T>): Promise<T>;
  /** Letters that were received. */
  readonly seen: () => number;
  stop(): void;
}

export interface QuietOptions {
  /** Letters that there are, as far as anybody knows. */
  readonly expected: number | undefined;
  readonly leaseSeconds: number;
  /** A service on this machine gives what it has at once. */
  readonly isLocal: boolean;
  readonly listeners: Pick<ReplayListeners, "onWaiting">;
}

const CHECK_EVERY_MS = 100;
/** Without metrics nobody knows what is missing. */
const UNKNOWN_MS = 10_000;
const UNKNOWN_LOCAL_MS = 3000;
const QUIET_MS = 5000;
const QUIET_LOCAL_MS = 1000;
/** A lease that was taken just before a process was killed, and the time its return takes. */
const GRACE_SECONDS = 10;

/**
 * A pull that brings nothing says little: Pub/Sub may wait up to 90 s before it responds, and give
 * none although there are some (https://cloud.google.com/pubsub/docs/pull#unary_pull). So it is
 * empty when nothing has come for 5 s; and when fewer came than the metrics say, for as long as a
 * lease of somebody else may last.
 */
export function createQuiet({ expected, leaseSeconds, isLocal, listeners }: QuietOptions): Quiet {
  const controller = new AbortController();
  const short = isLocal ? QUIET_LOCAL_MS : QUIET_MS;
  const patience = (leaseSeconds + GRACE_SECONDS) * 1000;
  let seen = 0;
  let quietSince = performance.now();
  let pulls = 0;
  let wasBusy = true;
  let isTold = false;
  const limit = (): number => {
    if (expected === undefined) return isLocal ? UNKNOWN_LOCAL_MS : UNKNOWN_MS;
    return seen >= expected ? short : patience;
  };
  const timer = setInterval(() => {
    if (pulls === 0) return;
    const quietMs = performance.now() - quietSince;
    if (quietMs >= limit()) controller.abort();
    else if (quietMs >= short && !isTold) {
      isTold = true;
      listeners.onWaiting?.(Math.ceil((limit() - quietMs) / 1000));
    }
  }, CHECK_EVERY_MS);
  return {
    signal: controller.signal,
    watch: async (pull) => {
      if (pulls++ === 0 && wasBusy) quietSince = performance.now();
      wasBusy = false;
      try {
        const letters = await pull;
        if (letters.length === 0) return letters;
        wasBusy = true;
        seen += letters.length;
        quietSince = performance.now();
        isTold = false;
        return letters;
      } finally {
        pulls--;
      }
    },
    seen: () => seen,
    stop: () => {
      clearInterval(timer);
      controller.abort();
    },
  };
}
