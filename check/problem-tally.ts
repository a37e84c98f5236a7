import type { Problem, Reason } from "../functions/event/problem.ts";

/** One kind of problem, and where it is. */
export interface ProblemCount {
  readonly reason: Reason;
  readonly field: string;
  readonly error: string;
  readonly records: number;
  readonly places: readonly ProblemPlaces[];
}

/** Where a problem is in one file. */
export interface ProblemPlaces {
  readonly file: string;
  readonly records: number;
  /** 1-based, as `3,7-9`; the first hundred ranges. */
  readonly lines: string;
}

export interface ProblemTally {
  add(problem: Problem, file: string, line: number): void;
  /** Most frequent first. */
  problems(): readonly ProblemCount[];
}

/**
 * A transform can throw a different text for every record; what comes after these is counted
 * together.
 */
const MAX_PROBLEMS = 1000;
const MAX_RANGES = 100;
const OTHERS = "other problems";

interface Places {
  records: number;
  readonly ranges: { first: number; last: number }[];
}

/** Counts problems in bounded memory. */
export function createProblemTally(): ProblemTally {
  const counts = new Map<string, { problem: Problem; places: Map<string, Places> }>();
  const placesOf = (problem: Problem): Map<string, Places> => {
    const key = JSON.stringify([problem.reason, problem.field, problem.error]);
    const known = counts.get(key);
    if (known !== undefined) return known.places;
    if (counts.size >= MAX_PROBLEMS && problem.error !== OTHERS)
      return placesOf({ reason: problem.reason, field: "", error: OTHERS });
    const places = new Map<string, Places>();
    counts.set(key, { problem, places });
    return places;
  };
  return {
    add: (problem, file, line) => {
      const places = placesOf(problem);
      const place = places.get(file) ?? { records: 0, ranges: [] };
      places.set(file, place);
      addLine(place, line);
    },
    problems: () =>
      [...counts.values()]
        .map(({ problem, places }) => toCount(problem, places))
        .sort((a, b) => b.records - a.records),
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

function toCount(problem: Problem, places: ReadonlyMap<string, Places>): ProblemCount {
  const { reason, field, error } = problem;
  const listed = [...places].map(([file, { records, ranges }]) => ({
    file,
    records,
    lines: ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(","),
  }));
  const records = listed.reduce((sum, place) => sum + place.records, 0);
  return { reason, field, error, records, places: listed };
}
