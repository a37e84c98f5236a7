import type { Problem } from "../event/problem.ts";

/** An event that Mixpanel refuses for good. `index` is its place in the batch. */
export interface Rejection {
  readonly index: number;
  readonly problem: Problem;
}

/** Events refused together, of which Mixpanel did not say which are to blame. */
export interface SuspectPart {
  readonly indexes: readonly number[];
  readonly error: string;
}

/** What became of some events of a batch. Each is in exactly one of the lists, or one of those `imported`. */
export interface PartOutcome {
  readonly imported: number;
  readonly rejected: readonly Rejection[];
  /** Not now: these have to be sent again. */
  readonly pending: readonly number[];
  readonly refused: readonly SuspectPart[];
  /** Why something is pending, a fixed text: nothing that Mixpanel said. */
  readonly retryReason: string | undefined;
  readonly requests: number;
  /** Attempts beyond the first of each request. */
  readonly retries: number;
}

export const EMPTY_OUTCOME: PartOutcome = {
  imported: 0,
  rejected: [],
  pending: [],
  refused: [],
  retryReason: undefined,
  requests: 0,
  retries: 0,
};

/** Two outcomes as one. */
export function mergeOutcomes(a: PartOutcome, b: PartOutcome): PartOutcome {
  return {
    imported: a.imported + b.imported,
    rejected: [...a.rejected, ...b.rejected],
    pending: [...a.pending, ...b.pending],
    refused: [...a.refused, ...b.refused],
    retryReason: a.retryReason ?? b.retryReason,
    requests: a.requests + b.requests,
    retries: a.retries + b.retries,
  };
}

/** Events that are settled as rejected, with what Mixpanel said. */
export function rejectedOutcome(
  indexes: readonly number[],
  error: string,
  field = "",
): PartOutcome {
  const problem: Problem = { reason: "rejected", field, error };
  return { ...EMPTY_OUTCOME, rejected: indexes.map((index) => ({ index, problem })) };
}

/** Events that have to be sent again, and why. */
export function pendingOutcome(indexes: readonly number[], retryReason: string): PartOutcome {
  return indexes.length === 0 ? EMPTY_OUTCOME : { ...EMPTY_OUTCOME, pending: indexes, retryReason };
}

/** Events refused together, of which it has to be found out which are to blame. */
export function suspectOutcome(indexes: readonly number[], error: string): PartOutcome {
  return indexes.length === 0 ? EMPTY_OUTCOME : { ...EMPTY_OUTCOME, refused: [{ indexes, error }] };
}
