/**
 * Steps over scalars that are written as `JSON.stringify` writes what `JSON.parse` reads of them.
 * REFUSED as in text.ts: not so, or not to be told by a look at the bytes.
 */
import { REFUSED } from "./layout";
import { plainTextEnd, QUOTE } from "./text";
import { DOT, isDigit, LOWER_E, MINUS, skipDigits, skipOther, ZERO } from "./value";

const BACKSLASH: u8 = 0x5c;
const FOUR_ZEROS: u32 = 0x30303030;
const TWO_ZEROS: u16 = 0x3030;

/** All decimals of as many digits are different numbers, and written with these digits. */
const MAX_DECIMAL_DIGITS: usize = 15;

/** Nested deeper than anything: only the literals are left. */
const NO_CONTAINER: i32 = i32.MAX_VALUE;

/** A text, a number, a boolean or null. */
export function skipCanonical(at: usize): usize {
  const byte = load<u8>(at);
  if (byte == QUOTE) return skipCanonicalText(at);
  if (isDigit(byte) || byte == MINUS) return skipCanonicalNumber(at);
  return skipOther(at, NO_CONTAINER);
}

function skipCanonicalText(at: usize): usize {
  let end = plainTextEnd(at + 1);
  while (load<u8>(end) == BACKSLASH) {
    if (!isCanonicalEscape(load<u8>(end + 1))) return REFUSED;
    end = plainTextEnd(end + 2);
  }
  return load<u8>(end) == QUOTE ? end + 1 : REFUSED;
}

/** No `u`: most of what may follow it is written otherwise. */
function isCanonicalEscape(byte: u8): bool {
  if (byte == QUOTE || byte == BACKSLASH) return true;
  return byte == 0x6e || byte == 0x74 || byte == 0x72 || byte == 0x62 || byte == 0x66;
}

/** Integers keep their digits, however many: a record with long ones is parsed exactly. */
function skipCanonicalNumber(at: usize): usize {
  const integer = load<u8>(at) == MINUS ? at + 1 : at;
  const end = skipDigits(integer);
  if (end == integer) return REFUSED;
  const isZero = load<u8>(integer) == ZERO;
  if (isZero && end > integer + 1) return REFUSED;
  const byte = load<u8>(end);
  if (byte == DOT) return skipCanonicalFraction(integer, end, isZero);
  // Of -0, the sign is lost.
  return (byte | 0x20) == LOWER_E || (isZero && integer != at) ? REFUSED : end;
}

function skipCanonicalFraction(integer: usize, point: usize, isZero: bool): usize {
  const fraction = point + 1;
  const end = skipDigits(fraction);
  if (end == fraction || load<u8>(end - 1) == ZERO) return REFUSED;
  if ((load<u8>(end) | 0x20) == LOWER_E) return REFUSED;
  if (end - integer - 1 > MAX_DECIMAL_DIGITS) return REFUSED;
  // https://tc39.es/ecma262/#sec-numeric-types-number-tostring: below 10^-6 with an exponent.
  const isTiny =
    isZero && load<u32>(fraction) == FOUR_ZEROS && load<u16>(fraction + 4) == TWO_ZEROS;
  return isTiny ? REFUSED : end;
}
