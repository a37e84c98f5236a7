import { scanArray, type Span } from "../records/json-scan.ts";
import { trimEnd, trimStart, type RecordBytes } from "../event/record.ts";

const OPEN_ARRAY = 0x5b;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The records of a message's data: the elements of one array; or one object, which may be spread over several lines; or
 * lines of JSON. Blank lines are none. What is no JSON at all is a record too, so that it ends up as a dead letter.
 */
export function recordsOf(data: Buffer): readonly RecordBytes[] {
  const start = trimStart(data, 0, data.length);
  const end = trimEnd(data, start, data.length);
  if (start === end) return [];
  const whole = { start, end };
  const spans =
    data[start] === OPEN_ARRAY
      ? elementsOf(data, whole)
      : isOneLine(data, whole) || isObject(data, whole)
        ? [whole]
        : linesOf(data, whole);
  const mayBreak = hasLineBreak(data, whole);
  return spans.map((span, index): RecordBytes => ({
    bytes: data,
    start: span.start,
    end: span.end,
    offset: index,
    line: index + 1,
    hasLineBreaks: mayBreak && hasLineBreak(data, span),
  }));
}

function elementsOf(data: Buffer, whole: Span): readonly Span[] {
  return Array.isArray(parseJson(data, whole)) ? scanArray(data, whole.start) : [whole];
}

function isOneLine(data: Buffer, whole: Span): boolean {
  return !hasByte(data, whole, LINE_FEED);
}

function isObject(data: Buffer, whole: Span): boolean {
  const value = parseJson(data, whole);
  return typeof value === "object" && value !== null;
}

function linesOf(data: Buffer, whole: Span): readonly Span[] {
  const lines: Span[] = [];
  for (let at = whole.start; at < whole.end;) {
    const newline = data.indexOf(LINE_FEED, at);
    const lineEnd = newline === -1 || newline > whole.end ? whole.end : newline;
    const start = trimStart(data, at, lineEnd);
    if (start < lineEnd) lines.push({ start, end: trimEnd(data, start, lineEnd) });
    at = lineEnd + 1;
  }
  return lines;
}

function hasLineBreak(data: Buffer, span: Span): boolean {
  return hasByte(data, span, LINE_FEED) || hasByte(data, span, CARRIAGE_RETURN);
}

/** Looks at the span only: a search to the end of the data, for every record, would take the square of its size. */
function hasByte(data: Buffer, { start, end }: Span, byte: number): boolean {
  return data.subarray(start, end).includes(byte);
}

/** Read as Latin-1: whether it is JSON, and of which kind, is the same, and cheaper to find out. */
function parseJson(data: Buffer, { start, end }: Span): unknown {
  try {
    return JSON.parse(data.toString("latin1", start, end)) as unknown;
  } catch {
    return undefined;
  }
}
