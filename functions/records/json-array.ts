import { scanValue, skipWhiteSpace, type Span } from "./json-scan.ts";

const COMMA = 0x2c;
const CLOSE_ARRAY = 0x5d;

/**
 * Whether `bytes[open, end)`, which begins with `[`, is one array as far as its brackets and commas
 * go: what is between them is judged element by element. Nothing is built, so that the number of
 * elements does not matter.
 */
export function isWholeArray(bytes: Buffer, open: number, end: number): boolean {
  let position = skipWhiteSpace(bytes, open + 1);
  if (bytes[position] === CLOSE_ARRAY) return position + 1 === end;
  for (;;) {
    const value = scanValue(bytes, position);
    if (value.end === value.start || value.end > end) return false;
    position = skipWhiteSpace(bytes, value.end);
    if (bytes[position] === CLOSE_ARRAY) return position + 1 === end;
    if (bytes[position] !== COMMA) return false;
    position = skipWhiteSpace(bytes, position + 1);
  }
}

/**
 * The elements of the array whose `[` is at `open`, one by one; `isWholeArray` says that it is one.
 */
export function* arrayElements(bytes: Buffer, open: number): Generator<Span> {
  let position = skipWhiteSpace(bytes, open + 1);
  while (position < bytes.length && bytes[position] !== CLOSE_ARRAY) {
    const element = scanValue(bytes, position);
    yield element;
    position = skipWhiteSpace(bytes, element.end);
    if (bytes[position] === COMMA) position = skipWhiteSpace(bytes, position + 1);
  }
}
