import type { DeadLetter } from "./letter.ts";
import type { MissingLetters } from "./missing-letters.ts";

/** Where dead letters are taken from: a subscription, or a file. */
export interface LetterSource {
  /**
   * More letters, at least one; undefined when there are no more. May be called several times at
   * once.
   *
   * @throws RefusedError, UnavailableError, UserError
   */
  next(): Promise<readonly DeadLetter[] | undefined>;
  /** Their replacement is accepted: they are done with. */
  settle(letters: readonly DeadLetter[]): Promise<void>;
  /** Whether the rest of a letter that is settled has to become a dead letter of its own. */
  readonly takesRest: boolean;
  /** Letters seen so far, and how many there may be. */
  progress(): { readonly done: number; readonly total: number | undefined };
  /** That were published after the start, and are left. */
  later(): number;
  /** Whether it came to an end because no more letters can be held. */
  isFull(): boolean;
  /** What did not come, after `next` has come to the end. Does not throw. */
  missing(): Promise<MissingLetters>;
  /** No more letters are wanted: `next` ends. */
  stop(): void;
  /** Gives back whatever is not settled. Does not throw. */
  close(): Promise<void>;
}
