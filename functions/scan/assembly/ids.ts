/**
 * The values that are looked at. Each range is that of a whole JSON value, `[start, end)`, which is
 * valid.
 */
import {
  IDENTITY_EVENTS,
  MAX_PLACEHOLDER_BYTES,
  PLACEHOLDER_IDS,
  STARTS_PLACEHOLDER,
} from "./layout";
import { firstMilliseconds, maxInsertIdBytes, maxSecondsAhead } from "./rules";
import { QUOTE, skipPlainText } from "./text";

const BACKSLASH: u8 = 0x5c;
const DOLLAR: u8 = 0x24;
const ZERO: u8 = 0x30;
const HYPHEN: u8 = 0x2d;

/** Bit by which lower-case letters differ from upper-case ones. */
const LOWER_CASE: u8 = 0x20;

/** A string that begins with a visible character is not blank. */
export function isPlainName(start: usize, end: usize): bool {
  if (load<u8>(start) != QUOTE || end - start < 3) return false;
  const first = load<u8>(start + 1);
  if (first <= 0x20 || first >= 0x7f || first == BACKSLASH) return false;
  // Whether it is an identity event must be seen at once.
  return first != DOLLAR || skipPlainText(start) == end;
}

/** Whether a plain name is that of an event that merges users. */
export function isIdentityEvent(start: usize, end: usize): bool {
  if (load<u8>(start + 1) != DOLLAR) return false;
  return isListed(IDENTITY_EVENTS, start + 1, end - start - 2, 0);
}

/**
 * A whole number of at most fifteen digits that is not too far in the future, as `isTooFarAhead`
 * says.
 */
export function isPastTime(start: usize, end: usize, nowMs: f64): bool {
  if (end - start > 15) return false;
  let time: i64 = 0;
  for (let at = start; at < end; at++) {
    const digit = <u8>(load<u8>(at) - ZERO);
    if (digit > 9) return false;
    time = time * 10 + digit;
  }
  // Fifteen digits are exact, and the rest is the arithmetic of JavaScript.
  const number = <f64>time;
  const seconds = number >= firstMilliseconds ? number / 1000 : number;
  return !(seconds > nowMs / 1000 + maxSecondsAhead);
}

/**
 * Letters, digits and hyphens, no more than an id may have, and no placeholder in whatever case.
 */
export function isPlainInsertId(start: usize, end: usize): bool {
  const length = end - start - 2;
  if (load<u8>(start) != QUOTE || length < 1 || length > maxInsertIdBytes) return false;
  if (!isAllInsertId(start + 1, length)) return false;
  // Of the bytes that may be in it, the bit changes only letters.
  return !isPlaceholder(start + 1, length, LOWER_CASE);
}

/** No placeholder. A `distinct_id` that is no string is for Mixpanel to judge. */
export function isPlainDistinctId(start: usize, end: usize): bool {
  if (load<u8>(start) != QUOTE) return true;
  if (skipPlainText(start) != end) return false;
  return !isPlaceholder(start + 1, end - start - 2, 0);
}

function isAllInsertId(start: usize, length: usize): bool {
  for (let done: usize = 0; done < length; done += 16) {
    const refused = ~i8x16.bitmask(inInsertId(v128.load(start + done)));
    const rest = length - done;
    if ((refused & (rest < 16 ? (1 << (<i32>rest)) - 1 : 0xffff)) != 0) return false;
  }
  return true;
}

function inInsertId(bytes: v128): v128 {
  const lower = v128.or(bytes, i8x16.splat(LOWER_CASE));
  const letters = i8x16.le_u(i8x16.sub(lower, i8x16.splat(0x61)), i8x16.splat(25));
  const digits = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(ZERO)), i8x16.splat(9));
  return v128.or(v128.or(letters, digits), i8x16.eq(bytes, i8x16.splat(HYPHEN)));
}

function isPlaceholder(start: usize, length: usize, fold: u8): bool {
  if (length > MAX_PLACEHOLDER_BYTES) return false;
  if (load<u8>(STARTS_PLACEHOLDER + length * 256 + load<u8>(start)) == 0) return false;
  return isListed(PLACEHOLDER_IDS, start, length, fold);
}

/** Whether a text, with the bits of `fold` set in each byte, is in a list. */
function isListed(list: usize, start: usize, length: usize, fold: u8): bool {
  for (let at = list; load<u8>(at) != 0; at += <usize>load<u8>(at) + 1)
    if (load<u8>(at) == length && isText(at + 1, start, length, fold)) return true;
  return false;
}

function isText(expected: usize, start: usize, length: usize, fold: u8): bool {
  for (let index: usize = 0; index < length; index++)
    if ((load<u8>(start + index) | fold) != load<u8>(expected + index)) return false;
  return true;
}
