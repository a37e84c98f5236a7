import { BACKSLASH, OPEN_OBJECT, QUOTE } from "./bytes.ts";
import { SEPARATES } from "./meanings.ts";

/** How a string goes on in a chunk. */
export type StringEnd =
  /** Its closing quote is before `at`. */
  | { readonly kind: "closed"; readonly at: number }
  /** At `at` is a control character that no string may have in it: it is no JSON. */
  | { readonly kind: "broken"; readonly at: number }
  /** It goes on in the next chunk, of which the first byte is escaped or not. */
  | { readonly kind: "open"; readonly isEscaped: boolean };

/**
 * Looks for the end of a string.
 *
 * @param from behind its opening quote, or the beginning of a chunk in its middle
 * @param breakAt the next line feed or record separator; Infinity: there is none
 */
export function findStringEnd(chunk: Buffer, from: number, breakAt: number): StringEnd {
  for (let at = from; ;) {
    const quote = chunk.indexOf(QUOTE, at);
    const end = quote === -1 ? chunk.length : quote;
    if (breakAt < end) return { kind: "broken", at: breakAt };
    const isEscaped = isEscapedAt(chunk, at, end);
    if (quote === -1) return { kind: "open", isEscaped };
    if (!isEscaped) return { kind: "closed", at: quote + 1 };
    at = quote + 1;
  }
}

/** Whether an odd number of backslashes is before `end`, not counting those before `start`. */
function isEscapedAt(chunk: Buffer, start: number, end: number): boolean {
  let at = end;
  while (at > start && chunk[at - 1] === BACKSLASH) at--;
  return (end - at) % 2 === 1;
}

/** Where a word ends that goes on at `from`: before what separates values, or begins one. */
export function findWordEnd(chunk: Buffer, from: number): number | undefined {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at] ?? 0;
    if (SEPARATES[byte] === 1 || byte === OPEN_OBJECT || byte === QUOTE) return at;
  }
  return undefined;
}
