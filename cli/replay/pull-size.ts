import type { PulledMessage } from "../google/subscriber.ts";

/** A pull brings about so many bytes: several are under way at once. */
const GOAL_BYTES = 8_000_000;
/** Ten of the largest letters there are fit into a response. */
const FIRST = 10;
const MAX = 1000;
const GROWTH = 4;

export type PullSize = ReturnType<typeof createPullSize>;

/** Decides how many letters to ask for: they may have a hundred bytes, or six million. */
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
