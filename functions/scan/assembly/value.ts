/**
 * Steps over JSON values (https://www.rfc-editor.org/rfc/rfc8259), checking them. REFUSED as in
 * text.ts.
 */
import { REFUSED } from "./layout";
import { QUOTE, skipString, skipWhiteSpace } from "./text";

/** Deeper nesting is left to `JSON.parse`. */
const MAX_DEPTH: i32 = 64;

export const COMMA: u8 = 0x2c;
export const COLON: u8 = 0x3a;
export const OPEN_OBJECT: u8 = 0x7b;
export const CLOSE_OBJECT: u8 = 0x7d;
export const OPEN_ARRAY: u8 = 0x5b;
export const CLOSE_ARRAY: u8 = 0x5d;
export const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
export const DOT: u8 = 0x2e;
export const ZERO: u8 = 0x30;
export const LOWER_E: u8 = 0x65;

/** The four letters, as they are read at once. */
const TRUE: u32 = 0x65757274;
export const NULL: u32 = 0x6c6c756e;
const ALSE: u32 = 0x65736c61;
const LOWER_F: u8 = 0x66;

/** Where the value begins behind a key that ends at `keyEnd`. */
export function skipColon(keyEnd: usize): usize {
  const colon = skipWhiteSpace(keyEnd);
  return load<u8>(colon) == COLON ? skipWhiteSpace(colon + 1) : REFUSED;
}

/** Any value. */
export function skipValue(at: usize, depth: i32): usize {
  const byte = load<u8>(at);
  if (byte == QUOTE) return skipString(at);
  if (isDigit(byte) || byte == MINUS) return skipNumber(at);
  return skipOther(at, depth);
}

/** Any value but a text and a number. */
export function skipOther(at: usize, depth: i32): usize {
  const byte = load<u8>(at);
  if (byte == OPEN_OBJECT) return depth < MAX_DEPTH ? skipObject(at, depth + 1) : REFUSED;
  if (byte == OPEN_ARRAY) return depth < MAX_DEPTH ? skipArray(at, depth + 1) : REFUSED;
  const letters = load<u32>(at);
  if (letters == TRUE || letters == NULL) return at + 4;
  return byte == LOWER_F && load<u32>(at + 1) == ALSE ? at + 5 : REFUSED;
}

export function isDigit(byte: u8): bool {
  return <u8>(byte - ZERO) < 10;
}

export function skipDigits(at: usize): usize {
  while (isDigit(load<u8>(at))) at++;
  return at;
}

/** The number that begins at `at`. */
function skipNumber(at: usize): usize {
  const integer = load<u8>(at) == MINUS ? at + 1 : at;
  const end = skipDigits(integer);
  if (end == integer) return REFUSED;
  if (load<u8>(integer) == ZERO && end > integer + 1) return REFUSED;
  const byte = load<u8>(end);
  return byte == DOT || (byte | 0x20) == LOWER_E ? skipFraction(end) : end;
}

/** Fraction and exponent of a number, one of which begins at `at`. */
function skipFraction(at: usize): usize {
  if (load<u8>(at) == DOT) {
    const fraction = at + 1;
    at = skipDigits(fraction);
    if (at == fraction) return REFUSED;
  }
  if ((load<u8>(at) | 0x20) != LOWER_E) return at;
  const sign = load<u8>(at + 1);
  const exponent = sign == PLUS || sign == MINUS ? at + 2 : at + 1;
  const end = skipDigits(exponent);
  return end == exponent ? REFUSED : end;
}

function skipObject(open: usize, depth: i32): usize {
  let at = skipWhiteSpace(open + 1);
  if (load<u8>(at) == CLOSE_OBJECT) return at + 1;
  while (true) {
    if (load<u8>(at) != QUOTE) return REFUSED;
    at = skipString(at);
    if (at == REFUSED) return REFUSED;
    at = skipWhiteSpace(at);
    if (load<u8>(at) != COLON) return REFUSED;
    at = skipValue(skipWhiteSpace(at + 1), depth);
    if (at == REFUSED) return REFUSED;
    at = skipWhiteSpace(at);
    const byte = load<u8>(at);
    if (byte == CLOSE_OBJECT) return at + 1;
    if (byte != COMMA) return REFUSED;
    at = skipWhiteSpace(at + 1);
  }
}

function skipArray(open: usize, depth: i32): usize {
  let at = skipWhiteSpace(open + 1);
  if (load<u8>(at) == CLOSE_ARRAY) return at + 1;
  while (true) {
    at = skipValue(at, depth);
    if (at == REFUSED) return REFUSED;
    at = skipWhiteSpace(at);
    const byte = load<u8>(at);
    if (byte == CLOSE_ARRAY) return at + 1;
    if (byte != COMMA) return REFUSED;
    at = skipWhiteSpace(at + 1);
  }
}
