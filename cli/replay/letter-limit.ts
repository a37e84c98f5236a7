import type { DeadLetter } from "./letter.ts";

/** Takes letters until they are as many as the limit; a record in parts counts once. */
export interface LetterLimit {
  /** Whether a letter that is meant is taken. */
  take(letter: DeadLetter): boolean;
  /** Whether no more are taken: not even parts of a record of which one is taken. */
  readonly isReached: () => boolean;
  /** Whether others than those that were taken may be there. */
  readonly isFull: () => boolean;
}

/** @param limit Infinity: none */
export function createLetterLimit(limit: number): LetterLimit {
  /** By what the parts of a record have in common: the parts that are taken. */
  const open = new Map<string, Set<string>>();
  let taken = 0;
  const takeNew = (): boolean => {
    if (taken >= limit) return false;
    taken++;
    return true;
  };
  return {
    take: (letter) => {
      const { part = "", parts = "", sha256 = "" } = letter.attributes;
      const count = /^\d{1,6}$/.test(parts) ? Number(parts) : 1;
      if (limit === Infinity || part === "" || count < 2) return takeNew();
      const key = `${sha256} ${parts}`;
      const seen = open.get(key);
      // A record that became a dead letter twice has each part twice: that is another record.
      if (seen === undefined || seen.has(part)) {
        if (!takeNew()) return false;
        if (seen === undefined) open.set(key, new Set([part]));
        return true;
      }
      seen.add(part);
      if (seen.size === count) open.delete(key);
      return true;
    },
    isReached: () => taken >= limit && open.size === 0,
    isFull: () => taken >= limit,
  };
}
