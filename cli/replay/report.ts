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

/** Sources and errors may be as many as letters: beyond these only the reason is kept apart. */
const MAX_GROUPS = 1000;
const MAX_EXAMPLES = 3;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function createReport(withExamples: boolean): ReportBuilder {
  const groups = new Map<string, Mutable<LetterGroup>>();
  let others = 0;
  const groupOf = (letter: DeadLetter, { action, why }: LetterOutcome): Mutable<LetterGroup> => {
    const problem = problemOf(letter);
    const { reason, field, error, source } = problem;
    const key = JSON.stringify([reason, field, error, source, action, why]);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const isFull = groups.size >= MAX_GROUPS;
    const merged = { reason, field: "", error: "", source: "" };
    const group = {
      ...(isFull ? merged : problem),
      isMerged: isFull,
      ...{ action, why, letters: 0, records: 0, sent: 0, dropped: 0, unrepaired: 0 },
      ...{ sample: placeOf(letter), repairError: "", examples: [] },
      ...{ refusedAgain: 0, refusal: "" },
    };
    const mergedKey = JSON.stringify([reason, action, why]);
    const made = isFull ? (groups.get(mergedKey) ?? group) : group;
    groups.set(isFull ? mergedKey : key, made);
    return made;
  };
  return {
    add: (letter, outcome) => {
      const group = groupOf(letter, outcome);
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
