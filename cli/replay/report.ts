import { placeOf, problemOf, recordsSaid, type DeadLetter } from "./letter.ts";
import type {
  LetterAction,
  LetterGroup,
  LettersEnd,
  RecordTally,
  RefusedAgain,
  RepairExample,
  ReplayReport,
} from "./plan.ts";

/** What became of one letter. */
export interface LetterOutcome extends RecordTally, RefusedAgain {
  readonly action: LetterAction;
  readonly why: string;
  readonly repairError: string;
  readonly examples: readonly RepairExample[];
}

/** Counts what becomes of letters; holds no more than the groups. */
export interface ReportBuilder {
  readonly add: (letter: DeadLetter, outcome: LetterOutcome) => void;
  /** One that does not match, or is beyond the limit. */
  addOther(): void;
  report(end: LettersEnd): ReplayReport;
}

/**
 * Sources and errors may be as many as letters: beyond these only the reason is kept apart, and
 * beyond twice as many what becomes of them.
 */
const MAX_GROUPS = 1000;
const MAX_EXAMPLES = 3;

/** What the letters of a group have in common. */
type GroupKey = Pick<
  LetterGroup,
  "reason" | "field" | "error" | "source" | "isMerged" | "action" | "why"
>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function createReport(withExamples: boolean): ReportBuilder {
  const groups = new Map<string, Mutable<LetterGroup>>();
  let others = 0;
  const add = (about: GroupKey): Mutable<LetterGroup> => {
    const key = JSON.stringify(about);
    const group = groups.get(key) ?? emptyGroup(about);
    groups.set(key, group);
    return group;
  };
  const find = (about: GroupKey, max: number): Mutable<LetterGroup> | undefined =>
    groups.size < max || groups.has(JSON.stringify(about)) ? add(about) : undefined;
  const groupOf = (letter: DeadLetter, outcome: LetterOutcome): Mutable<LetterGroup> => {
    const { action, why } = outcome;
    const problem = problemOf(letter);
    const merged = { reason: problem.reason, field: "", error: "", source: "" };
    const rest = { ...merged, reason: "" };
    // Reasons to leave letters may name objects, and a stranger's letter may give any reason.
    const severalWhys = action === "leave" ? "each for its own reason" : "";
    return (
      find({ ...problem, isMerged: false, action, why }, MAX_GROUPS) ??
      find({ ...merged, isMerged: true, action, why }, 2 * MAX_GROUPS) ??
      add({ ...rest, isMerged: true, action, why: severalWhys })
    );
  };
  return {
    add: (letter, outcome) => {
      const group = groupOf(letter, outcome);
      if (group.letters === 0) group.sample = placeOf(letter);
      group.letters += 1;
      group.records += outcome.records;
      group.sent += outcome.sent;
      group.dropped += outcome.dropped;
      group.unrepaired += outcome.unrepaired;
      group.refusedAgain += outcome.refusedAgain;
      if (group.refusal === "") group.refusal = outcome.refusal;
      if (group.repairError === "") group.repairError = outcome.repairError;
      if (withExamples && group.examples.length < MAX_EXAMPLES)
        group.examples = [...group.examples, ...outcome.examples].slice(0, MAX_EXAMPLES);
    },
    addOther: () => {
      others++;
    },
    report: (end) => {
      const all = [...groups.values()].sort((one, other) => other.letters - one.letters);
      const refusedAgain = all.reduce((sum, group) => sum + group.refusedAgain, 0);
      return { groups: all, total: totalOf(all), others, refusedAgain, ...end };
    },
  };
}

function emptyGroup(about: GroupKey): Mutable<LetterGroup> {
  return {
    ...about,
    ...{ letters: 0, records: 0, sent: 0, dropped: 0, unrepaired: 0 },
    ...{ sample: "", repairError: "", examples: [], refusedAgain: 0, refusal: "" },
  };
}

function totalOf(groups: readonly LetterGroup[]): ReplayReport["total"] {
  const sum = (of: (group: LetterGroup) => number): number =>
    groups.reduce((total, group) => total + of(group), 0);
  const left = sum(({ action, letters }) => (action === "leave" ? letters : 0));
  const letters = sum((group) => group.letters);
  return {
    letters,
    replaced: letters - left,
    left,
    records: sum(({ records }) => records),
    sent: sum(({ sent }) => sent),
    dropped: sum(({ dropped }) => dropped),
    unrepaired: sum(({ unrepaired }) => unrepaired),
  };
}

/** A letter that stays as it is. */
export function leftOutcome(letter: DeadLetter, why: string): LetterOutcome {
  return {
    ...{ action: "leave", why, repairError: "", examples: [], refusedAgain: 0, refusal: "" },
    ...{ records: recordsSaid(letter), sent: 0, dropped: 0, unrepaired: 0 },
  };
}
