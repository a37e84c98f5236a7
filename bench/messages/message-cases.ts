import type { PushLoad } from "./push-load.ts";

/** One load at one function. */
export interface MessageCase {
  readonly name: string;
  /** `empty`: a handler that waits as long as Mixpanel and does nothing. */
  readonly target: "empty" | "importMessages";
  readonly load: Omit<PushLoad, "url">;
}

/** Mixpanel's responses take so long, in milliseconds. */
export const LATENCY_MS = 300;

/** The cases that something is promised for. */
export const SINGLE = "one event a message";
export const LARGE = "250 of 1 MB at once";
export const HOSTILE = "hostile: 10 MB of {} beside 50";

const GOOD = { poisonEvery: 0, hostileRecords: 0 } as const;
const STREAM = { ...GOOD, count: 20_000, concurrency: 1000, eventsPerMessage: 1 } as const;
/** 1,500 events of 650 bytes are 1 MB. */
const LARGE_LOAD = { ...GOOD, count: 250, concurrency: 250, eventsPerMessage: 1500 } as const;
/** As many empty objects as a message of 10 MB has room for, and 50 messages beside it. */
const HOSTILE_LOAD = { ...STREAM, count: 51, concurrency: 51, hostileRecords: 3_300_000 } as const;

export const MESSAGE_CASES: readonly MessageCase[] = [
  { name: "empty handler", target: "empty", load: STREAM },
  { name: SINGLE, target: "importMessages", load: STREAM },
  { name: "with 5 % poison", target: "importMessages", load: { ...STREAM, poisonEvery: 20 } },
  { name: LARGE, target: "importMessages", load: LARGE_LOAD },
  { name: HOSTILE, target: "importMessages", load: HOSTILE_LOAD },
];
