import type { Json, JsonRecord } from "./transform-contract.ts";

/** JavaScript numbers are exact up to 2^53, which has 16 digits: fewer digits need no care. */
const LONG_INTEGER_DIGITS = 16;
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
 * @throws SyntaxError when `text` is not JSON.
 */
export function parseExactJson(text: string): Json {
  if (!hasLongInteger(text)) return JSON.parse(text) as Json;
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === "number" &&
    !Number.isSafeInteger(value) &&
    source !== undefined &&
    INTEGER.test(source)
      ? BigInt(source)
      : value,
  );
}

/** A run of that many digits has one at each multiple of its length: only there it is looked for. */
function hasLongInteger(text: string): boolean {
  for (let at = LONG_INTEGER_DIGITS - 1; at < text.length; at += LONG_INTEGER_DIGITS) {
    if (!isDigit(text, at)) continue;
    let start = at;
    let end = at + 1;
    while (isDigit(text, start - 1)) start--;
    while (isDigit(text, end)) end++;
    if (end - start >= LONG_INTEGER_DIGITS) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
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
