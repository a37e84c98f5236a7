import { isUtf8 } from "node:buffer";

import { MAX_EVENT_BYTES } from "../event/limits.ts";
import { trimEnd, trimStart, type RecordBytes } from "../event/record.ts";
import { arrayElements, isWholeArray } from "../records/json-array.ts";
import { scanValue, type Span } from "../records/json-scan.ts";

const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The records of a message's data: the elements of one array; or one object, which may be spread
 * over several lines; or lines of JSON. Blank lines are not records. A line or an element that is
 * not JSON is a record too, so that it ends up as a dead letter. What is not text, or in which no
 * line is JSON, is one record: the exact bytes, so that whoever knows its format can read it.
 *
 * Records are made one by one, as they are asked for: a message of 10 MB may hold millions.
 */
export function* messageRecords(data: Buffer): Generator<RecordBytes> {
  const mayBreak = hasLineBreak(data, 0, data.length);
  let index = 0;
  for (const { start, end } of spansOf(data)) {
    yield {
      bytes: data,
      start,
      end,
      offset: index,
      line: ++index,
      hasLineBreaks: mayBreak && hasLineBreak(data, start, end),
    };
  }
}

function spansOf(data: Buffer): Iterable<Span> {
  const exact = { start: 0, end: data.length };
  if (!isUtf8(data)) return [exact];
  const start = trimStart(data, 0, data.length);
  const end = trimEnd(data, start, data.length);
  if (start === end) return [];
  const whole = { start, end };
  if (data[start] === OPEN_ARRAY)
    return isWholeArray(data, start, end) ? arrayElements(data, start) : [exact];
  if (!hasByte(data, start, end, LINE_FEED)) return [isOneLine(data, whole) ? whole : exact];
  if (isOneObject(data, whole)) return [whole];
  return hasJsonLine(data, whole) ? linesOf(data, whole) : [exact];
}

/**
 * Whether a text of one line is JSON, with blanks around it; without any it makes no difference.
 */
function isOneLine(data: Buffer, { start, end }: Span): boolean {
  return (start === 0 && end === data.length) || isJson(data, start, end);
}

/**
 * Whether a text of several lines is one object. Larger than an event may be, it is so by its
 * braces alone.
 */
function isOneObject(data: Buffer, { start, end }: Span): boolean {
  if (data[start] !== OPEN_OBJECT || scanValue(data, start).end !== end) return false;
  return end - start <= MAX_EVENT_BYTES
    ? isJson(data, start, end)
    : !hasJsonLine(data, { start, end });
}

function hasJsonLine(data: Buffer, whole: Span): boolean {
  for (const { start, end } of linesOf(data, whole)) if (isJson(data, start, end)) return true;
  return false;
}

function* linesOf(data: Buffer, whole: Span): Generator<Span> {
  for (let at = whole.start; at < whole.end;) {
    const newline = data.indexOf(LINE_FEED, at);
    const lineEnd = newline === -1 || newline > whole.end ? whole.end : newline;
    const start = trimStart(data, at, lineEnd);
    if (start < lineEnd) yield { start, end: trimEnd(data, start, lineEnd) };
    at = lineEnd + 1;
  }
}

function hasLineBreak(data: Buffer, start: number, end: number): boolean {
  return hasByte(data, start, end, LINE_FEED) || hasByte(data, start, end, CARRIAGE_RETURN);
}

/**
 * Looks at the span only: a search to the end of the data, for every record, would take the square
 * of its size.
 */
function hasByte(data: Buffer, start: number, end: number, byte: number): boolean {
  return data.subarray(start, end).includes(byte);
}

/**
 * The first bytes of JSON values: most lines that are not JSON are told by theirs, without an
 * exception.
 */
const JSON_STARTS = new Set(Buffer.from('{["-0123456789tfn'));

/**
 * Read as Latin-1: whether it is JSON is the same, and cheaper to find out. What is larger than an
 * event may be is told by its brackets and quotes alone: parsed, it could be a hundred times its
 * size.
 */
function isJson(data: Buffer, start: number, end: number): boolean {
  if (!JSON_STARTS.has(data[start] ?? 0)) return false;
  if (end - start > MAX_EVENT_BYTES) return scanValue(data, start).end === end;
  try {
    JSON.parse(data.toString("latin1", start, end));
    return true;
  } catch {
    return false;
  }
}
