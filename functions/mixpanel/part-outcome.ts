import type { Problem } from "../event/problem.ts";

/** An event that Mixpanel refuses for good. `index` is its place in the batch. */
export interface Rejection {
  readonly index: number;
  readonly problem: Problem;
}

/** Events refused together, of which Mixpanel did not say which are to blame. */
export interface RefusedPart {
  readonly indexes: readonly number[];
  readonly error: string;
}

/** What became of some events of a batch. Each is in exactly one of the lists, or one of those `imported`. */
export interface PartOutcome {
  readonly imported: number;
  readonly rejected: readonly Rejection[];
  /** Not now: these have to be sent again. */
  readonly unsettled: readonly number[];
  readonly refused: readonly RefusedPart[];
  /** Why something is unsettled, a fixed text: nothing that Mixpanel said. */
  readonly trouble: string | undefined;
  readonly requests: number;
  /** Attempts beyond the first of each request. */
  readonly retries: number;
}

export const NOTHING: PartOutcome = {
  imported: 0,
  rejected: [],
  unsettled: [],
  refused: [],
  trouble: undefined,
  requests: 0,
  retries: 0,
};

/** Two outcomes as one. */
export function merge(a: PartOutcome, b: PartOutcome): PartOutcome {
  return {
    imported: a.imported + b.imported,
    rejected: [...a.rejected, ...b.rejected],
    unsettled: [...a.unsettled, ...b.unsettled],
    refused: [...a.refused, ...b.refused],
    trouble: a.trouble ?? b.trouble,
    requests: a.requests + b.requests,
    retries: a.retries + b.retries,
  };
}

/** Events that are settled as rejected, with what Mixpanel said. */
export function rejectAll(indexes: readonly number[], error: string, field = ""): PartOutcome {
  const problem: Problem = { reason: "rejected", field, error };
  return { ...NOTHING, rejected: indexes.map((index) => ({ index, problem })) };
}

/** Events that have to be sent again, and why. */
export function postpone(indexes: readonly number[], trouble: string): PartOutcome {
  return indexes.length === 0 ? NOTHING : { ...NOTHING, unsettled: indexes, trouble };
}

/** Events refused together, of which it has to be found out which are to blame. */
export function suspect(indexes: readonly number[], error: string): PartOutcome {
  return indexes.length === 0 ? NOTHING : { ...NOTHING, refused: [{ indexes, error }] };
}
