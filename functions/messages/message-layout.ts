import { MAX_EVENT_BYTES } from "../event/limits.ts";
import { trimEnd, trimStart } from "../event/record.ts";
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  LINE_FEED,
  OPEN_ARRAY,
  OPEN_OBJECT,
  RECORD_SEPARATOR,
} from "../formats/json/bytes.ts";
import { SEPARATES } from "../formats/json/meanings.ts";
import { scanValue, type Span } from "../records/json-scan.ts";
import { valueSpans } from "./value-spans.ts";

/** How the records lie in a message's data. */
export type MessageLayout =
  /** One record, at `span`. */
  | { readonly kind: "one"; readonly span: Span }
  /** A record a line, within `span`. */
  | { readonly kind: "lines"; readonly span: Span }
  /** JSON values, in arrays or one after the other. */
  | { readonly kind: "values" };

/**
 * Lines that are tried for JSON before data are taken for something else. Each costs an exception:
 * ten megabytes of `{` in lines would keep everything else waiting for half a minute.
 */
const MAX_TRIED_LINES = 100_000;

/**
 * Tells the layout of data that are UTF-8 and not blank. Lines of JSON, and one object, are what
 * they are until the opposite is proved, as in an object of a bucket (detect-json.ts); but what
 * begins with `[` and ends with `]` is one array, and what has no JSON in it is one record: the
 * exact bytes.
 *
 * @param whole the data without blanks around them
 */
export function messageLayout(data: Buffer, whole: Span): MessageLayout {
  const exact: MessageLayout = { kind: "one", span: { start: 0, end: data.length } };
  const first = data[whole.start];
  if (first === OPEN_ARRAY) return arrayLayout(data, whole) ?? exact;
  if (first === RECORD_SEPARATOR && holdsJson(data)) return { kind: "values" };
  if (first === OPEN_OBJECT && mayHoldValues(data, whole) && isOfValues(data))
    return { kind: "values" };
  if (hasLineFeed(data, whole))
    return hasJsonLine(data, whole) ? { kind: "lines", span: whole } : exact;
  const isExact = whole.start === 0 && whole.end === data.length;
  return isExact || isJson(data, whole) ? { kind: "one", span: whole } : exact;
}

/** The lines of data that are not blank, trimmed. */
export function* lineSpans(data: Buffer, whole: Span): Generator<Span> {
  for (let at = whole.start; at < whole.end;) {
    const newline = data.indexOf(LINE_FEED, at);
    const lineEnd = newline === -1 || newline > whole.end ? whole.end : newline;
    const start = trimStart(data, at, lineEnd);
    if (start < lineEnd) yield { start, end: trimEnd(data, start, lineEnd) };
    at = lineEnd + 1;
  }
}

/** Undefined: it is no array; nor are logs, many of which begin with a bracket and end with one. */
function arrayLayout(data: Buffer, whole: Span): MessageLayout | undefined {
  if (isLinesOfArrays(data, whole)) return { kind: "lines", span: whole };
  if (data[whole.end - 1] !== CLOSE_ARRAY) return undefined;
  return holdsJson(data) ? { kind: "values" } : undefined;
}

/** Whether the first line is an array, and another one begins on the next. */
function isLinesOfArrays(data: Buffer, whole: Span): boolean {
  const [first, second] = lineSpans(data, whole);
  if (first === undefined || second === undefined) return false;
  return data[second.start] === OPEN_ARRAY && isJson(data, first);
}

/** Whether the first of the values is JSON, or an object, of which a fault costs itself. */
function holdsJson(data: Buffer): boolean {
  for (const span of valueSpans(data))
    return data[span.start] === OPEN_OBJECT || isJson(data, span);
  return true;
}

/**
 * Proved by a first value that is JSON and does not end where its line ends: it goes on behind a
 * line feed, or an object follows on the same line.
 */
function isOfValues(data: Buffer): boolean {
  const [first, second] = valueSpans(data);
  if (first === undefined || !isJson(data, first)) return false;
  if (hasLineFeed(data, first)) return true;
  if (second === undefined || data[second.start] !== OPEN_OBJECT) return false;
  return !hasLineFeed(data, { start: first.end, end: second.start });
}

/**
 * Whether there may be more than one line of an object: a line feed, or behind a closing brace the
 * beginning of another object. All that is looked at of nearly every message: a brace or two.
 */
function mayHoldValues(data: Buffer, whole: Span): boolean {
  if (hasLineFeed(data, whole)) return true;
  for (
    let at = data.indexOf(CLOSE_OBJECT, whole.start);
    at !== -1;
    at = data.indexOf(CLOSE_OBJECT, at)
  ) {
    at++;
    while (SEPARATES[data[at] ?? 0] === 1) at++;
    if (data[at] === OPEN_OBJECT) return true;
  }
  return false;
}

function hasJsonLine(data: Buffer, whole: Span): boolean {
  let tried = 0;
  for (const line of lineSpans(data, whole)) {
    if (isJson(data, line)) return true;
    if (++tried === MAX_TRIED_LINES) return false;
  }
  return false;
}

function hasLineFeed(data: Buffer, { start, end }: Span): boolean {
  return data.subarray(start, end).includes(LINE_FEED);
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
function isJson(data: Buffer, { start, end }: Span): boolean {
  if (!JSON_STARTS.has(data[start] ?? 0)) return false;
  if (end - start > MAX_EVENT_BYTES) return scanValue(data, start).end === end;
  try {
    JSON.parse(data.toString("latin1", start, end));
    return true;
  } catch {
    return false;
  }
}
