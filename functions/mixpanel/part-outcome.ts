import type { Problem } from "../event/problem.ts";
import type { FailedRow } from "./meaning.ts";
import type { Suspicion } from "./verdict.ts";

/** An event that Mixpanel refuses for good. `index` is its place in the batch. */
export interface Rejection {
  readonly index: number;
  readonly problem: Problem;
}

/** Events refused together, of which it has to be found out which are to blame, if any is. */
export interface SuspectPart {
  readonly indexes: readonly number[];
  readonly suspicion: Suspicion;
  /** Of the response that refused them (`evidence.ts`). */
  readonly ordinal: number;
}

/** What became of some events of a batch. Each is in exactly one of the lists. */
export interface PartOutcome {
  readonly imported: readonly number[];
  readonly rejected: readonly Rejection[];
  /** Not now: these have to be sent again. */
  readonly pending: readonly number[];
  readonly suspects: readonly SuspectPart[];
  /** Why something is pending, a fixed text: nothing that Mixpanel said. */
  readonly retryReason: string | undefined;
  readonly requests: number;
  /** Attempts beyond the first of each request. */
  readonly retries: number;
}

/** Sends some events of a batch; what it settles, and what it leaves open as `suspects`. */
export type SendPart = (indexes: readonly number[], isRepeated: boolean) => Promise<PartOutcome>;

/** The outcome of nothing. */
export const EMPTY_OUTCOME: PartOutcome = {
  imported: [],
  rejected: [],
  pending: [],
  suspects: [],
  retryReason: undefined,
  requests: 0,
  retries: 0,
};

/** Several outcomes as one. */
export function mergeOutcomes(outcomes: readonly PartOutcome[]): PartOutcome {
  const sum = (count: (outcome: PartOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  return {
    imported: outcomes.flatMap(({ imported }) => imported),
    rejected: outcomes.flatMap(({ rejected }) => rejected),
    pending: outcomes.flatMap(({ pending }) => pending),
    suspects: outcomes.flatMap(({ suspects }) => suspects),
    retryReason: outcomes.find(({ retryReason }) => retryReason !== undefined)?.retryReason,
    requests: sum(({ requests }) => requests),
    retries: sum(({ retries }) => retries),
  };
}

/** Events that have to be sent again, and why. */
export function pendingOutcome(indexes: readonly number[], retryReason: string): PartOutcome {
  return indexes.length === 0 ? EMPTY_OUTCOME : { ...EMPTY_OUTCOME, pending: indexes, retryReason };
}

/** The events of a request that its rows name, rejected, and the others. */
export function rejectRows(
  indexes: readonly number[],
  rows: readonly FailedRow[],
): { readonly rejected: readonly Rejection[]; readonly rest: readonly number[] } {
  const byPlace = new Map(rows.map((row) => [row.index, row]));
  const rejected: Rejection[] = [];
  const rest = indexes.filter((index, place) => {
    const row = byPlace.get(place);
    if (row === undefined) return true;
    rejected.push({ index, problem: { reason: "rejected", field: row.field, error: row.error } });
    return false;
  });
  return { rejected, rest };
}
