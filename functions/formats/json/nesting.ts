import { CLOSE_OBJECT, OPEN_ARRAY, OPEN_OBJECT } from "./bytes.ts";

/** Deeper nesting is counted, but what is opened there is not remembered: memory has a bound. */
const MAX_REMEMBERED = 10_000;

/** What a closing bracket closes. */
export type Closed =
  /** Something within the value. */
  | "inner"
  /** The value. */
  | "value"
  /** Something within the value, and brackets of the other kind that were never closed. */
  | "mismatched"
  /** Nothing that the value opened. */
  | "foreign";

/** The brackets that are open within a value. */
export class Nesting {
  readonly #open: number[] = [];
  #deeper = 0;

  isEmpty(): boolean {
    return this.#open.length === 0;
  }

  /** Whether the innermost open bracket is that of an array. */
  isInArray(): boolean {
    return this.#deeper > 0 || this.#open.at(-1) === OPEN_ARRAY;
  }

  open(bracket: number): void {
    if (this.#open.length < MAX_REMEMBERED) this.#open.push(bracket);
    else this.#deeper++;
  }

  close(bracket: number): Closed {
    if (this.#deeper > 0) {
      this.#deeper--;
      return "inner";
    }
    const opening = bracket === CLOSE_OBJECT ? OPEN_OBJECT : OPEN_ARRAY;
    const at = this.#open.lastIndexOf(opening);
    if (at === -1) return "foreign";
    const isInnermost = at === this.#open.length - 1;
    this.#open.length = at;
    if (at === 0) return "value";
    return isInnermost ? "inner" : "mismatched";
  }

  /** What would close the value. */
  closing(): string {
    const brackets = this.#open.map((bracket) => (bracket === OPEN_OBJECT ? "}" : "]"));
    return brackets.reverse().join("");
  }

  clear(): void {
    this.#open.length = 0;
    this.#deeper = 0;
  }
}
