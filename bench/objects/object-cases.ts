import path from "node:path";

import type { EventFileOptions } from "./event-file.ts";

/** One object, imported under these conditions. */
export interface ObjectCase {
  readonly name: string;
  readonly file: Omit<EventFileOptions, "megabytes">;
  /** Of Mixpanel's responses, in milliseconds. */
  readonly latencyMs: number;
  /** Path of the transform that is built in. */
  readonly transform?: string;
  /** The median of so many runs counts. */
  readonly runs: number;
}

const SMALL = { moreWords: 0, layout: "lines" } as const;
const AT_ONCE = { latencyMs: 0, runs: 1 } as const;

/** The case the ratio to gzip is promised for. */
export const PLAIN = "650-byte events";
export const TRANSFORMED = "with a transform";
export const ARRAY = "JSON array";
export const SLOW = "300 ms a request";

export const OBJECT_CASES: readonly ObjectCase[] = [
  { ...AT_ONCE, name: PLAIN, file: SMALL, runs: 3 },
  { ...AT_ONCE, name: SLOW, file: SMALL, latencyMs: 300 },
  {
    ...AT_ONCE,
    name: TRANSFORMED,
    file: SMALL,
    transform: beside("changing-transform.ts"),
    runs: 3,
  },
  { ...AT_ONCE, name: "five steps", file: SMALL, transform: beside("five-step-transform.ts") },
  { ...AT_ONCE, name: "gzipped", file: { ...SMALL, layout: "gzip" } },
  { ...AT_ONCE, name: ARRAY, file: { ...SMALL, layout: "array" } },
  { ...AT_ONCE, name: "5 kB events", file: { ...SMALL, moreWords: 725 } },
];

function beside(name: string): string {
  return path.join(import.meta.dirname, name);
}
