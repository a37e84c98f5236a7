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

const STREAM = { count: 20_000, concurrency: 1000, eventsPerMessage: 1, poisonEvery: 0 } as const;
/** 1,500 events of 650 bytes are 1 MB. */
const LARGE = { count: 250, concurrency: 250, eventsPerMessage: 1500, poisonEvery: 0 } as const;

export const MESSAGE_CASES: readonly MessageCase[] = [
  { name: "empty handler", target: "empty", load: STREAM },
  { name: "one event a message", target: "importMessages", load: STREAM },
  { name: "with 5 % poison", target: "importMessages", load: { ...STREAM, poisonEvery: 20 } },
  { name: "250 of 1 MB at once", target: "importMessages", load: LARGE },
];
