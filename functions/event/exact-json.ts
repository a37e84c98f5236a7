import { hasEscapedKey, hideKeys, showKeys } from "./escaped-keys.ts";
import { HAS_NO_JSON } from "./transform-errors.ts";
import { isRecord, type Json, type JsonRecord } from "./transform-contract.ts";

/** JavaScript numbers are exact up to 2^53, which has 16 digits: fewer digits need no care. */
const LONG_INTEGER_DIGITS = 16;
const ZERO = 0x30;
const NINE = 0x39;
const INTEGER = /^-?\d+$/;

type Revive = (key: string, value: unknown, at: { readonly source?: string }) => unknown;

/**
 * Reviver's third argument and `JSON.rawJSON`, https://tc39.es/proposal-json-parse-with-source/
 * (Node 22 and newer).
 */
interface ExactJson {
  parse(text: string, revive?: Revive): Json;
  rawJSON(text: string): unknown;
}
// TypeScript's library does not know these two yet.
const exact = JSON as unknown as ExactJson;

/**
 * `JSON.parse`, but every key is the one that is in the text (escaped-keys.ts), and an integer that
 * a JavaScript number cannot hold exactly becomes a `bigint`.
 *
 * @param text decoded from bytes
 * @param mayHaveLongInteger what `hasLongInteger` says of the bytes of `text`; false leaves numbers
 *   as they are
 * @throws SyntaxError when `text` is not JSON, RangeError when it is nested too deeply for a call
 *   at each level
 */
export function parseExactJson(text: string, mayHaveLongInteger: boolean): Json {
  const revive: Revive | undefined = mayHaveLongInteger ? toExactInteger : undefined;
  if (!hasEscapedKey(text)) return exact.parse(text, revive);
  // Whether it is JSON is the same with wrong keys.
  exact.parse(text);
  const hidden = hideKeys(text);
  return exact.parse(hidden.text, (key, value, at) =>
    isRecord(value) ? showKeys(value, hidden) : (revive?.(key, value, at) ?? value),
  );
}

const toExactInteger: Revive = (_key, value, { source }) =>
  typeof value === "number" &&
  !Number.isSafeInteger(value) &&
  source !== undefined &&
  INTEGER.test(source)
    ? BigInt(source)
    : value;

/**
 * Whether `bytes[start, end)` may hold an integer that a JavaScript number cannot hold exactly: at
 * least that many digits in a row. Such a run has a digit at each multiple of its length, counted
 * from `start`: only there it is looked for.
 */
export function hasLongInteger(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start + LONG_INTEGER_DIGITS - 1; at < end; at += LONG_INTEGER_DIGITS)
    if (isDigit(bytes, at) && digitsAround(bytes, at) >= LONG_INTEGER_DIGITS) return true;
  return false;
}

/**
 * Digits in a row, of which one is at `at`. They may go on outside of the record, which only makes
 * them more.
 */
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

/**
 * `JSON.stringify`, with a `bigint` written as an integer.
 *
 * @throws TypeError for a cycle, RangeError for what is nested too deeply, and for what is left out
 *   of JSON
 */
export function stringifyExactJson(value: JsonRecord): string {
  try {
    // Undefined when the value's own `toJSON` says so, which the type does not know.
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new RangeError(HAS_NO_JSON);
    return text;
  } catch (error) {
    // A bigint makes JSON.stringify throw a TypeError; so does a cycle, which throws again here.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_key, member: unknown) =>
      typeof member === "bigint" ? exact.rawJSON(member.toString()) : member,
    );
  }
}
