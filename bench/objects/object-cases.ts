import path from "node:path";

import type { RecordFileOptions } from "./record-file.ts";

/** One object, imported under these conditions. */
export interface ObjectCase {
  readonly name: string;
  readonly file: Omit<RecordFileOptions, "megabytes">;
  /** Of Mixpanel's responses, in milliseconds. */
  readonly latencyMs: number;
  /** Whether the function has one core, as it is deployed, instead of all there are. */
  readonly isOneCore: boolean;
  /** Path of the transform that is built in. */
  readonly transform?: string;
  /** The median of so many runs counts. */
  readonly runs: number;
}

/** Events of about 650 bytes, one a line. */
export const SMALL_EVENTS = { contents: "events", moreWords: 0, layout: "lines" } as const;
const AT_ONCE = { file: SMALL_EVENTS, latencyMs: 0, isOneCore: false, runs: 1 } as const;

/** The case the ratio to gzip is promised for. */
export const PLAIN = "650-byte events";
export const TRANSFORMED = "with a transform";
export const SLOW = "300 ms a request";
export const ONE_CORE = "one core";
export const SLOW_ONE_CORE = "one core, 300 ms a request";
export const ARRAY = "JSON array";
export const CSV = "CSV";
export const PARQUET = "Parquet (snappy)";
export const UPDATES = "profile updates";

export const OBJECT_CASES: readonly ObjectCase[] = [
  { ...AT_ONCE, name: PLAIN, runs: 3 },
  { ...AT_ONCE, name: SLOW, latencyMs: 300 },
  { ...AT_ONCE, name: ONE_CORE, isOneCore: true },
  { ...AT_ONCE, name: SLOW_ONE_CORE, isOneCore: true, latencyMs: 300 },
  { ...AT_ONCE, name: TRANSFORMED, transform: beside("changing-transform.ts"), runs: 3 },
  { ...AT_ONCE, name: "five steps", transform: beside("five-step-transform.ts") },
  { ...AT_ONCE, name: "gzipped", file: { ...SMALL_EVENTS, layout: "gzip" } },
  { ...AT_ONCE, name: ARRAY, file: { ...SMALL_EVENTS, layout: "array" } },
  { ...AT_ONCE, name: CSV, file: { ...SMALL_EVENTS, layout: "csv" } },
  { ...AT_ONCE, name: PARQUET, file: { ...SMALL_EVENTS, layout: "parquet" } },
  { ...AT_ONCE, name: "5 kB events", file: { ...SMALL_EVENTS, moreWords: 725 } },
  { ...AT_ONCE, name: UPDATES, file: { ...SMALL_EVENTS, contents: "updates" } },
];

function beside(name: string): string {
  return path.join(import.meta.dirname, name);
}
