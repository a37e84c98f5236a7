import { createHash } from "node:crypto";

/**
 * What is left to chance in one story. Each question has a name, and its result depends on the seed
 * and that name alone: a story stays the same when another question is added.
 */
export interface Chance {
  /** From 0 up to, not including, 1. */
  share(question: string): number;
  between(question: string, from: number, to: number): number;
  happens(question: string, probability: number): boolean;
  pick<T>(question: string, choices: readonly T[]): T;
}

export function chanceOf(seed: number): Chance {
  const share = (question: string): number => {
    const digest = createHash("sha256").update(`${seed} ${question}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
  return {
    share,
    between: (question, from, to) => from + (to - from) * share(question),
    happens: (question, probability) => share(question) < probability,
    pick: (question, choices) => {
      const choice = choices[Math.floor(share(question) * choices.length)];
      if (choice === undefined) throw new Error(`${question}: nothing to choose from`);
      return choice;
    },
  };
}
