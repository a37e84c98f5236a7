/**
 * Walks the bytes of JSON that `JSON.parse` has already accepted, to find where things are in it.
 * It validates nothing: on anything but valid JSON the result is meaningless.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** Half-open range of bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One member of an object: the span of its value, and where its key's opening quote is. */
export interface Member {
  readonly key: string;
  readonly keyStart: number;
  readonly value: Span;
}

/** Position of the first byte at or after `at` that is not JSON white space. */
export function skipWhiteSpace(bytes: Buffer, at: number): number {
  let position = at;
  for (;;) {
    const byte = bytes[position];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return position;
    position++;
  }
}

/**
 * The members of the object whose `{` is at `open`, in the order of the bytes, duplicates included.
 */
export function scanObject(bytes: Buffer, open: number): readonly Member[] {
  const members: Member[] = [];
  let position = skipWhiteSpace(bytes, open + 1);
  while (bytes[position] === QUOTE) {
    const keyStart = position;
    const keyEnd = endOfString(bytes, keyStart);
    const colon = skipWhiteSpace(bytes, keyEnd);
    const value = scanValue(bytes, bytes[colon] === COLON ? colon + 1 : colon);
    members.push({ key: keyText(bytes, keyStart, keyEnd), keyStart, value });
    position = afterComma(bytes, value.end);
  }
  return members;
}

function afterComma(bytes: Buffer, end: number): number {
  const position = skipWhiteSpace(bytes, end);
  return bytes[position] === COMMA ? skipWhiteSpace(bytes, position + 1) : position;
}

function keyText(bytes: Buffer, start: number, end: number): string {
  const raw = bytes.toString("utf8", start, end);
  return raw.includes("\\") ? String(JSON.parse(raw)) : raw.slice(1, -1);
}

/** The value that begins at or after `at`. */
export function scanValue(bytes: Buffer, at: number): Span {
  const start = skipWhiteSpace(bytes, at);
  const first = bytes[start];
  if (first === QUOTE) return { start, end: endOfString(bytes, start) };
  if (first === OPEN_OBJECT || first === OPEN_ARRAY)
    return { start, end: endOfContainer(bytes, start) };
  return { start, end: endOfScalar(bytes, start) };
}

/**
 * Past the closing quote of the string that opens at `start`; the end of the bytes when it has
 * none.
 */
function endOfString(bytes: Buffer, start: number): number {
  let position = start + 1;
  // A byte at a time: most strings are shorter than what a call of `indexOf` costs.
  while (position < bytes.length && bytes[position] !== QUOTE)
    position += bytes[position] === BACKSLASH ? 2 : 1;
  return Math.min(position + 1, bytes.length);
}

function endOfContainer(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let position = start; position < bytes.length; position++) {
    const byte = bytes[position];
    if (byte === QUOTE) position = endOfString(bytes, position) - 1;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
      if (depth === 0) return position + 1;
    }
  }
  return bytes.length;
}

/** Numbers and the three literals end at white space, a comma or a closing bracket. */
function endOfScalar(bytes: Buffer, start: number): number {
  let position = start;
  while (position < bytes.length) {
    const byte = bytes[position] ?? 0;
    if (byte <= 0x20 || byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) break;
    position++;
  }
  return position;
}
