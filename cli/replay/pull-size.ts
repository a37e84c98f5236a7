import type { PulledMessage } from "../google/subscriber.ts";

/** A pull brings about so many bytes: several are under way at once, each in several forms. */
const GOAL_BYTES = 1_000_000;
/** Nothing is known of the first letters: each may have ten million bytes. */
const FIRST = 2;
/** Their attributes take more than their data when these are small. */
const MAX = 250;
const GROWTH = 4;

export type PullSize = ReturnType<typeof createPullSize>;

/** Decides how many letters to ask for: they may have a hundred bytes, or ten million. */
export function createPullSize() {
  let size = FIRST;
  return {
    next: (): number => size,
    received: (messages: readonly Pick<PulledMessage, "data">[]): void => {
      if (messages.length === 0) return;
      const bytes = messages.reduce((sum, { data }) => sum + data.length, 0);
      const fitting = Math.floor(GOAL_BYTES / Math.max(bytes / messages.length, 1));
      size = Math.max(1, Math.min(fitting, size * GROWTH, MAX));
    },
    /** After a response that was too large, or none. */
    shrink: (): void => {
      size = Math.max(1, Math.floor(size / 10));
    },
  };
}
