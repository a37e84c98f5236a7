import type { DeadRecord } from "../records/dead-letter.ts";
import type { Problem } from "../event/problem.ts";

/**
 * An object is judged once, when this many of its records are read; shorter ones are never judged.
 */
export const QUARANTINE_SAMPLE_RECORDS = 1000;

/** Most frequent errors that the dead letter of a quarantined object names. */
const NAMED_ERRORS = 3;

/** How often each problem occurred. */
export type ProblemTally = ReadonlyMap<string, number>;

/**
 * Whether so many of the first records are unusable or rejected that the object is no file of
 * events at all. A record of which a transform makes ten events is not rejected with one of them:
 * used records count by the share of what was made of them that is rejected.
 */
export function isToBeQuarantined(
  { read, unusable, used, produced, rejected }: SampleCounts,
  percent: number,
): boolean {
  const usedInVain = produced === 0 ? 0 : (used * rejected) / produced;
  return percent > 0 && (unusable + usedInVain) * 100 >= percent * read;
}

/** What is counted of the first records of an object. */
export interface SampleCounts {
  readonly read: number;
  readonly unusable: number;
  readonly used: number;
  /** Events and updates that were made of those that are used. */
  readonly produced: number;
  /** Events and updates that Mixpanel refused. */
  readonly rejected: number;
}

/** `tally` and the problems of `dead`. */
export function countProblems(tally: ProblemTally, dead: readonly DeadRecord[]): ProblemTally {
  const counts = new Map(tally);
  for (const { problem } of dead) {
    const parts = [problem.reason, problem.field, problem.error].filter((part) => part !== "");
    const text = parts.join(" ");
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/** Problems that a continuation carries: the most frequent ones are among them. */
const CARRIED_PROBLEMS = 20;
const CARRIED_TEXT = 200;

/** `tally` in the size that fits into a continuation. */
export function carriedProblems(tally: ProblemTally): ProblemTally {
  const frequent = [...tally].sort(([, a], [, b]) => b - a).slice(0, CARRIED_PROBLEMS);
  return new Map(
    frequent.map(([text, count]) => [text.slice(0, CARRIED_TEXT).toWellFormed(), count]),
  );
}

/** What the one dead letter says that stands for a quarantined object. */
export function quarantineProblem(
  tally: ProblemTally,
  { offset, unit }: { readonly offset: number; readonly unit: "bytes" | "rows" },
): Problem {
  const named = [...tally]
    .sort(([, a], [, b]) => b - a)
    .slice(0, NAMED_ERRORS)
    .map(([text, count]) => `${text} (${count})`);
  const rest =
    `only the first ${offset} ${unit} were read; to import it all the same: replay, or backfill ` +
    "with --again --quarantine off";
  return { reason: "quarantined", field: "", error: `${named.join("; ")}; ${rest}` };
}
