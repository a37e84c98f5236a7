/**
 * Steps over white space and strings. Each function takes the position where something begins and
 * returns the position behind it, or REFUSED.
 *
 * Nothing here looks for the end of the line: a line feed ends whatever it is in, as it is neither
 * taken for white space nor allowed in a string, and the input always ends with one.
 */
import { REFUSED } from "./layout";

export const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const LAST_CONTROL: u8 = 0x1f;
const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;
const CARRIAGE_RETURN: u8 = 0x0d;
const LOWER_U: u8 = 0x75;

/** White space within a line: no line feed. */
export function isWhiteSpace(byte: u8): bool {
  return byte <= SPACE && (byte == SPACE || byte == TAB || byte == CARRIAGE_RETURN);
}

/** Position of the first byte that is not white space. */
export function skipWhiteSpace(at: usize): usize {
  while (isWhiteSpace(load<u8>(at))) at++;
  return at;
}

/** Position of the quote, backslash or control character that ends a run of plain text. */
export function plainTextEnd(at: usize): usize {
  while (true) {
    const bytes = v128.load(at);
    const quotes = i8x16.eq(bytes, i8x16.splat(QUOTE));
    const backslashes = i8x16.eq(bytes, i8x16.splat(BACKSLASH));
    // Unsigned: the bytes of other than ASCII characters are plain text.
    const controls = i8x16.le_u(bytes, i8x16.splat(LAST_CONTROL));
    const ends = i8x16.bitmask(v128.or(v128.or(quotes, backslashes), controls));
    if (ends != 0) return at + ctz(ends);
    at += 16;
  }
}

/** The string whose opening quote is at `at`, when no escape is in it. */
export function skipPlainText(at: usize): usize {
  if (load<u8>(at) != QUOTE) return REFUSED;
  const end = plainTextEnd(at + 1);
  return load<u8>(end) == QUOTE ? end + 1 : REFUSED;
}

/** The string whose opening quote is at `at`. */
export function skipString(at: usize): usize {
  const end = plainTextEnd(at + 1);
  return load<u8>(end) == QUOTE ? end + 1 : skipEscapedText(end);
}

/** The rest of a string, from its first byte that is not plain text. */
function skipEscapedText(at: usize): usize {
  while (true) {
    const byte = load<u8>(at);
    if (byte == QUOTE) return at + 1;
    if (byte != BACKSLASH) return REFUSED;
    at = skipEscape(at + 1);
    if (at == REFUSED) return REFUSED;
    at = plainTextEnd(at);
  }
}

function skipEscape(at: usize): usize {
  const byte = load<u8>(at);
  if (isSimpleEscape(byte)) return at + 1;
  if (byte != LOWER_U) return REFUSED;
  // One after the other: behind a line feed may be nothing that belongs to the line.
  for (let digit = at + 1; digit <= at + 4; digit++)
    if (!isHexDigit(load<u8>(digit))) return REFUSED;
  return at + 5;
}

/** Whether the byte may follow a backslash, but for `u`. */
function isSimpleEscape(byte: u8): bool {
  if (byte == QUOTE || byte == BACKSLASH || byte == 0x2f) return true;
  return byte == 0x6e || byte == 0x74 || byte == 0x72 || byte == 0x62 || byte == 0x66;
}

function isHexDigit(byte: u8): bool {
  return <u8>(byte - 0x30) < 10 || <u8>((byte | 0x20) - 0x61) < 6;
}
