/**
 * Steps over JSON in bytes, checking it, without making anything of it: several times cheaper than `JSON.parse`, which
 * creates an object for every record only to be looked at.
 *
 * Each function takes the position where something begins and returns the position behind it, or REFUSED when it is not
 * valid JSON (https://www.rfc-editor.org/rfc/rfc8259) or nested deeper than MAX_DEPTH. What is refused here has to be
 * judged by `JSON.parse`; what is accepted here `JSON.parse` accepts too. Valid UTF-8 is taken for granted.
 */
export const REFUSED = -1;

/** Deeper nesting is left to `JSON.parse`, whose stack is its own affair. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const LOWER_U = 0x75;

const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");

/** 1 for every byte that ends a run of plain text in a string: the quote, the backslash, control characters. */
const ENDS_PLAIN_TEXT = new Uint8Array(256).fill(1, 0, 0x20);
ENDS_PLAIN_TEXT[QUOTE] = 1;
ENDS_PLAIN_TEXT[BACKSLASH] = 1;

/** 1 for every byte that may follow a backslash, but for `u`. */
const SIMPLE_ESCAPE = new Uint8Array(256);
for (const byte of Buffer.from('"\\/bfnrt')) SIMPLE_ESCAPE[byte] = 1;

const HEX_DIGIT = new Uint8Array(256);
for (const byte of Buffer.from("0123456789abcdefABCDEF")) HEX_DIGIT[byte] = 1;

/** Position of the first byte that is not white space. */
export function skipWhiteSpace(bytes: Buffer, at: number): number {
  let position = at;
  let byte = bytes[position] ?? 0;
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
    position++;
    byte = bytes[position] ?? 0;
  }
  return position;
}

/** The string whose opening quote is at `at`. */
export function skipString(bytes: Buffer, at: number): number {
  let position = at + 1;
  for (;;) {
    while (ENDS_PLAIN_TEXT[bytes[position] ?? 0] === 0) position++;
    const byte = bytes[position];
    if (byte === QUOTE) return position + 1;
    if (byte !== BACKSLASH) return REFUSED;
    position = skipEscape(bytes, position + 1);
    if (position === REFUSED) return REFUSED;
  }
}

/** The string whose opening quote is at `at`, when no escape is in it. */
export function skipPlainText(bytes: Buffer, at: number): number {
  if (bytes[at] !== QUOTE) return REFUSED;
  let position = at + 1;
  while (ENDS_PLAIN_TEXT[bytes[position] ?? 0] === 0) position++;
  return bytes[position] === QUOTE ? position + 1 : REFUSED;
}

function skipEscape(bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0;
  if (SIMPLE_ESCAPE[byte] === 1) return at + 1;
  if (byte !== LOWER_U) return REFUSED;
  for (let digit = at + 1; digit <= at + 4; digit++)
    if (HEX_DIGIT[bytes[digit] ?? 0] !== 1) return REFUSED;
  return at + 5;
}

/** Any value. */
export function skipValue(bytes: Buffer, at: number, depth = 0): number {
  const byte = bytes[at] ?? 0;
  if (byte === QUOTE) return skipString(bytes, at);
  if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return skipNumber(bytes, at);
  if (byte === OPEN_OBJECT) return depth < MAX_DEPTH ? skipObject(bytes, at, depth + 1) : REFUSED;
  if (byte === OPEN_ARRAY) return depth < MAX_DEPTH ? skipArray(bytes, at, depth + 1) : REFUSED;
  if (byte === LOWER_T) return skipLiteral(bytes, at, TRUE);
  if (byte === LOWER_F) return skipLiteral(bytes, at, FALSE);
  return byte === LOWER_N ? skipLiteral(bytes, at, NULL) : REFUSED;
}

function skipLiteral(bytes: Buffer, at: number, literal: Buffer): number {
  return isTextAt(bytes, at, literal) ? at + literal.length : REFUSED;
}

/** Whether `text` begins at `at`. */
export function isTextAt(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let index = 0; index < text.length; index++)
    if (bytes[at + index] !== text[index]) return false;
  return true;
}

/** The number that begins at `at`. */
export function skipNumber(bytes: Buffer, at: number): number {
  let position = bytes[at] === MINUS ? at + 1 : at;
  const integer = position;
  position = skipDigits(bytes, position);
  if (position === integer) return REFUSED;
  if (bytes[integer] === ZERO && position > integer + 1) return REFUSED;
  if (bytes[position] === DOT) {
    const fraction = position + 1;
    position = skipDigits(bytes, fraction);
    if (position === fraction) return REFUSED;
  }
  if (((bytes[position] ?? 0) | 0x20) !== LOWER_E) return position;
  const sign = bytes[position + 1];
  const exponent = sign === PLUS || sign === MINUS ? position + 2 : position + 1;
  position = skipDigits(bytes, exponent);
  return position === exponent ? REFUSED : position;
}

function skipDigits(bytes: Buffer, at: number): number {
  let position = at;
  let byte = bytes[position] ?? 0;
  while (byte >= ZERO && byte <= NINE) {
    position++;
    byte = bytes[position] ?? 0;
  }
  return position;
}

function skipObject(bytes: Buffer, open: number, depth: number): number {
  let position = skipWhiteSpace(bytes, open + 1);
  if (bytes[position] === CLOSE_OBJECT) return position + 1;
  for (;;) {
    if (bytes[position] !== QUOTE) return REFUSED;
    position = skipString(bytes, position);
    if (position === REFUSED) return REFUSED;
    position = skipWhiteSpace(bytes, position);
    if (bytes[position] !== COLON) return REFUSED;
    position = skipValue(bytes, skipWhiteSpace(bytes, position + 1), depth);
    if (position === REFUSED) return REFUSED;
    position = skipWhiteSpace(bytes, position);
    if (bytes[position] === CLOSE_OBJECT) return position + 1;
    if (bytes[position] !== COMMA) return REFUSED;
    position = skipWhiteSpace(bytes, position + 1);
  }
}

function skipArray(bytes: Buffer, open: number, depth: number): number {
  let position = skipWhiteSpace(bytes, open + 1);
  if (bytes[position] === CLOSE_ARRAY) return position + 1;
  for (;;) {
    position = skipValue(bytes, position, depth);
    if (position === REFUSED) return REFUSED;
    position = skipWhiteSpace(bytes, position);
    if (bytes[position] === CLOSE_ARRAY) return position + 1;
    if (bytes[position] !== COMMA) return REFUSED;
    position = skipWhiteSpace(bytes, position + 1);
  }
}
