import { hash } from "node:crypto";

/**
 * What one instance knows of Mixpanel from its responses, in the order in which they came: each is
 * given an ordinal. Whether an event may be given up is decided by it (`verdict.ts`).
 */
export interface Evidence {
  /** Something was imported by a request of `bytes`. */
  readonly accepted: (bytes: number) => void;
  /** A request was refused without naming events; returns the ordinal. */
  readonly refused: () => number;
  /** Whether something was accepted after the response with that ordinal. */
  readonly acceptedSince: (ordinal: number) => boolean;
  /** The last ordinal. */
  readonly ordinal: () => number;
  /**
   * Remembers that `event`, its bytes as they are sent, was refused alone by the response with that
   * ordinal; returns the ordinal of the first such response, which may belong to an earlier
   * delivery.
   */
  readonly refusedAlone: (event: Buffer, ordinal: number) => number;
  /**
   * Responses that refused something without naming it since the last one that accepted anything.
   */
  readonly refusalsInARow: () => number;
  /** Milliseconds (monotonic) since something was last accepted; Infinity when nothing ever was. */
  readonly sinceAcceptedMs: () => number;
  /** Bytes of the largest request that was accepted. */
  readonly largestAccepted: () => number;
}

/** Events that are remembered as refused alone; more would only be bad data by the thousand. */
const MAX_REMEMBERED = 20_000;

/** @param now milliseconds of the monotonic clock */
export function createEvidence(now: () => number): Evidence {
  const firstRefusals = new Map<string, number>();
  let ordinal = 0;
  let acceptedOrdinal = -1;
  let acceptedAt = -Infinity;
  let largest = 0;
  return {
    accepted: (bytes) => {
      acceptedOrdinal = ++ordinal;
      acceptedAt = now();
      largest = Math.max(largest, bytes);
    },
    refused: () => ++ordinal,
    acceptedSince: (since) => acceptedOrdinal > since,
    ordinal: () => ordinal,
    refusedAlone: (event, at) => {
      const key = hash("sha1", event, "base64");
      const first = firstRefusals.get(key);
      if (first !== undefined) return first;
      firstRefusals.set(key, at);
      const [oldest] = firstRefusals.keys();
      if (firstRefusals.size > MAX_REMEMBERED && oldest !== undefined) firstRefusals.delete(oldest);
      return at;
    },
    refusalsInARow: () => ordinal - Math.max(0, acceptedOrdinal),
    sinceAcceptedMs: () => now() - acceptedAt,
    largestAccepted: () => largest,
  };
}
