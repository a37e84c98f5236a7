import type { Json, JsonRecord } from "./transform-contract.ts";

/** JavaScript numbers are exact up to 2^53, which has 16 digits: fewer digits need no care. */
const LONG_INTEGER_DIGITS = 16;
const ZERO = 0x30;
const NINE = 0x39;
const INTEGER = /^-?\d+$/;

/** Reviver's third argument and `JSON.rawJSON`, https://tc39.es/proposal-json-parse-with-source/ (Node 22 and newer). */
interface ExactJson {
  parse(
    text: string,
    revive: (key: string, value: unknown, at: { source?: string }) => unknown,
  ): Json;
  rawJSON(text: string): unknown;
}
// TypeScript's library does not know these two yet.
const exact = JSON as unknown as ExactJson;

/**
 * `JSON.parse`, but an integer that a JavaScript number cannot hold exactly becomes a `bigint`.
 *
 * @param mayHaveLongInteger what `hasLongInteger` says of the bytes of `text`
 * @throws SyntaxError when `text` is not JSON.
 */
export function parseExactJson(text: string, mayHaveLongInteger: boolean): Json {
  if (!mayHaveLongInteger) return JSON.parse(text) as Json;
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === "number" &&
    !Number.isSafeInteger(value) &&
    source !== undefined &&
    INTEGER.test(source)
      ? BigInt(source)
      : value,
  );
}

/**
 * Whether `bytes[start, end)` may hold an integer that a JavaScript number cannot hold exactly: at least that many digits
 * in a row. Such a run has a digit at each multiple of its length, counted from `start`: only there it is looked for.
 */
export function hasLongInteger(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start + LONG_INTEGER_DIGITS - 1; at < end; at += LONG_INTEGER_DIGITS)
    if (isDigit(bytes, at) && digitsAround(bytes, at) >= LONG_INTEGER_DIGITS) return true;
  return false;
}

/** Digits in a row, of which one is at `at`. They may go on outside of the record, which only makes them more. */
function digitsAround(bytes: Buffer, at: number): number {
  let start = at;
  let end = at + 1;
  while (isDigit(bytes, start - 1)) start--;
  while (isDigit(bytes, end)) end++;
  return end - start;
}

function isDigit(bytes: Buffer, at: number): boolean {
  const byte = bytes[at] ?? 0;
  return byte >= ZERO && byte <= NINE;
}

/** `JSON.stringify`, with a `bigint` written as an integer. */
export function stringifyExactJson(value: JsonRecord): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // A bigint makes JSON.stringify throw a TypeError; so does a cycle, which throws again here.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_key, member: unknown) =>
      typeof member === "bigint" ? exact.rawJSON(member.toString()) : member,
    );
  }
}
