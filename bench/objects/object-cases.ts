import type { EventFileOptions } from "./event-file.ts";

/** One object, imported under these conditions. */
export interface ObjectCase {
  readonly name: string;
  readonly file: Omit<EventFileOptions, "megabytes">;
  /** Of Mixpanel's answers, in milliseconds. */
  readonly latencyMs: number;
  /** With a transform that changes every event. */
  readonly isTransformed: boolean;
  /** The median of so many runs counts. */
  readonly runs: number;
}

const SMALL = { moreWords: 0, isZipped: false } as const;
const AT_ONCE = { latencyMs: 0, isTransformed: false, runs: 1 } as const;

/** The case the ratio to gzip is promised for. */
export const PLAIN = "650-byte events";
export const TRANSFORMED = "with a transform";
export const SLOW = "300 ms a request";

export const OBJECT_CASES: readonly ObjectCase[] = [
  { ...AT_ONCE, name: PLAIN, file: SMALL, runs: 3 },
  { ...AT_ONCE, name: SLOW, file: SMALL, latencyMs: 300 },
  { ...AT_ONCE, name: TRANSFORMED, file: SMALL, isTransformed: true, runs: 3 },
  { ...AT_ONCE, name: "gzipped", file: { ...SMALL, isZipped: true } },
  { ...AT_ONCE, name: "5 kB events", file: { ...SMALL, moreWords: 725 } },
];

/** What the transformed case is built with: the cheapest change there is. */
export const TRANSFORM = `export const transform = (record) => {
  record.properties.source = "bench";
  return record;
};
`;
