import type { Problem, Reason } from "../functions/event/problem.ts";

/** One kind of problem, and where it is. */
export interface ProblemCount {
  readonly reason: Reason;
  readonly field: string;
  readonly error: string;
  readonly records: number;
  readonly places: readonly ProblemPlaces[];
  /** The first few records that have it, cut; of the first fifty kinds of problems. */
  readonly examples: readonly ProblemExample[];
}

/** A record that has a problem. */
export interface ProblemExample {
  readonly file: string;
  readonly line: number;
  /** The beginning of its text. */
  readonly text: string;
}

/** Where a problem is in one file. */
export interface ProblemPlaces {
  readonly file: string;
  readonly records: number;
  /** 1-based, as `3,7-9`; the first hundred ranges. */
  readonly lines: string;
}

export interface ProblemTally {
  /** @param bytes the record's, from `start` to `end` */
  add(problem: Problem, file: string, line: number, record?: RecordText): void;
  /** Most frequent first. */
  problems(): readonly ProblemCount[];
}

/**
 * A transform can throw a different text for every record; what comes after these is counted
 * together.
 */
const MAX_PROBLEMS = 1000;
const MAX_RANGES = 100;
const MAX_EXAMPLES = 3;
const MAX_KINDS_WITH_EXAMPLES = 50;
const MAX_EXAMPLE_BYTES = 600;
const OTHERS = "other problems";

interface Places {
  records: number;
  readonly ranges: { first: number; last: number }[];
}

/** One kind of problem, being counted. */
interface Kind {
  readonly problem: Problem;
  readonly places: Map<string, Places>;
  readonly examples: ProblemExample[];
  readonly hasExamples: boolean;
}

/** Where the text of a record is. */
export interface RecordText {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

function beginningOf({ bytes, start, end }: RecordText): string {
  const isWhole = end - start <= MAX_EXAMPLE_BYTES;
  const text = bytes.toString("utf8", start, isWhole ? end : start + MAX_EXAMPLE_BYTES);
  return isWhole ? text : `${text}...`;
}

/** Counts problems in bounded memory. */
export function createProblemTally(): ProblemTally {
  const counts = new Map<string, Kind>();
  const kindOf = (problem: Problem): Kind => {
    const key = JSON.stringify([problem.reason, problem.field, problem.error]);
    const known = counts.get(key);
    if (known !== undefined) return known;
    if (counts.size >= MAX_PROBLEMS && problem.error !== OTHERS)
      return kindOf({ reason: problem.reason, field: "", error: OTHERS });
    const hasExamples = counts.size < MAX_KINDS_WITH_EXAMPLES;
    const kind = { problem, places: new Map<string, Places>(), examples: [], hasExamples };
    counts.set(key, kind);
    return kind;
  };
  return {
    add: (problem, file, line, record) => {
      const { places, examples, hasExamples } = kindOf(problem);
      if (record !== undefined && hasExamples && examples.length < MAX_EXAMPLES)
        examples.push({ file, line, text: beginningOf(record) });
      const place = places.get(file) ?? { records: 0, ranges: [] };
      places.set(file, place);
      addLine(place, line);
    },
    problems: () => [...counts.values()].map(toCount).sort((a, b) => b.records - a.records),
  };
}

/**
 * Lines come in rising order; one record can have a problem more than once, as several events can.
 */
function addLine(place: Places, line: number): void {
  place.records++;
  const last = place.ranges.at(-1);
  if (last !== undefined && line <= last.last + 1) last.last = Math.max(last.last, line);
  else if (place.ranges.length < MAX_RANGES) place.ranges.push({ first: line, last: line });
}

function toCount({ problem, places, examples }: Kind): ProblemCount {
  const { reason, field, error } = problem;
  const listed = [...places].map(([file, { records, ranges }]) => ({
    file,
    records,
    lines: ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(","),
  }));
  const records = listed.reduce((sum, place) => sum + place.records, 0);
  return { reason, field, error, records, places: listed, examples };
}
