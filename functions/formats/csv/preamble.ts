import { isDelimiter } from "./dialect.ts";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Where contents begin behind a byte-order mark; undefined: that takes more of them to be told.
 */
export function skipByteOrderMark(head: Buffer): number | undefined {
  const length = Math.min(head.length, BYTE_ORDER_MARK.length);
  if (BYTE_ORDER_MARK.compare(head, 0, length, 0, length) !== 0) return 0;
  return length < BYTE_ORDER_MARK.length ? undefined : length;
}

/** Excel's own way to say the delimiter, as the first line: `sep=;`, perhaps in quotes. */
const SEPARATOR = /^"?sep=(.)"?\r?$/i;
const SEPARATOR_BYTES = 8;

/** What a line says that says nothing but the delimiter; undefined: it is another line. */
export function separatorIn(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start > SEPARATOR_BYTES) return undefined;
  const [, separator] = SEPARATOR.exec(bytes.toString("latin1", start, end)) ?? [];
  return isDelimiter(separator) ? separator : undefined;
}

/** Whether a line says nothing but the delimiter. */
export function isSeparatorLine(bytes: Buffer, start: number, end: number): boolean {
  return separatorIn(bytes, start, end) !== undefined;
}
