import { trimStart } from "../../event/record.ts";
import { NDJSON, type NdjsonFormat } from "../ndjson/ndjson-format.ts";
import { isUnusable } from "../record-block.ts";
import {
  CLOSE_ARRAY,
  COMMA,
  isBlank,
  LINE_FEED,
  OPEN_ARRAY,
  OPEN_OBJECT,
  RECORD_SEPARATOR,
} from "./bytes.ts";
import type { JsonFormat } from "./json-format.ts";
import { ValueCutter } from "./value-cutter.ts";

/**
 * Tells JSON that is not a value a line from newline-delimited JSON, which is what everything is
 * until the opposite is proved: by a value that is JSON, and does not end where its line ends.
 *
 * @param head the beginning of the contents
 * @param isWhole whether `head` is all there is, or as much as is ever looked at
 * @returns undefined when more of the contents is needed
 */
export function detectJson(head: Buffer, isWhole: boolean): NdjsonFormat | JsonFormat | undefined {
  const start = trimStart(head, 0, head.length);
  const first = head[start];
  if (first === RECORD_SEPARATOR) return { name: "json", isArray: false };
  if (first === OPEN_ARRAY) return detectArray(head, start, isWhole);
  if (first === OPEN_OBJECT) return detectObjects(head, start, isWhole);
  return first === undefined && !isWhole ? undefined : NDJSON;
}

function detectObjects(
  head: Buffer,
  start: number,
  isWhole: boolean,
): NdjsonFormat | JsonFormat | undefined {
  const lineFeed = head.indexOf(LINE_FEED, start);
  const lineEnd = lineFeed === -1 ? head.length : lineFeed;
  if (lineFeed === -1 && !isWhole) return undefined;
  if (isJson(head, start, lineEnd)) return NDJSON;
  const [block] = new ValueCutter({ offset: 0, line: 1 }).cut(head);
  const [value, next] = block?.records ?? [];
  if (value === undefined || isUnusable(value)) {
    // It does not end in what there is.
    return isWhole ? NDJSON : undefined;
  }
  if (!isJson(value.bytes, value.start, value.end)) return NDJSON;
  if (value.hasLineBreaks) return { name: "json", isArray: false };
  const isObjectNext = next !== undefined && !isUnusable(next) && next.line === value.line;
  return isObjectNext && next.bytes[next.start] === OPEN_OBJECT
    ? { name: "json", isArray: false }
    : NDJSON;
}

/**
 * Elements of an array, unless each line is an array of its own: then a line is a record. What
 * begins with a bracket and is not JSON, as many logs do, is lines.
 */
function detectArray(
  head: Buffer,
  start: number,
  isWhole: boolean,
): NdjsonFormat | JsonFormat | undefined {
  const array: JsonFormat = { name: "json", isArray: true };
  const lineFeed = head.indexOf(LINE_FEED, start);
  const lineEnd = lineFeed === -1 ? head.length : lineFeed;
  if (lineFeed === -1 && !isWhole) return undefined;
  const line = parse(head, start, lineEnd);
  if (line === undefined) {
    const element = skipSeparators(head, start);
    if (element === head.length) return isWhole ? array : undefined;
    return head[element] === OPEN_OBJECT ? array : NDJSON;
  }
  const nextLine = trimStart(head, lineEnd, head.length);
  if (nextLine === head.length && !isWhole) return undefined;
  if (head[nextLine] === OPEN_ARRAY) return NDJSON;
  return isEmptyOrHoldsObject(line) ? array : NDJSON;
}

function isEmptyOrHoldsObject(value: unknown): boolean {
  if (!Array.isArray(value)) return typeof value === "object" && value !== null;
  return value.length === 0 || value.some(isEmptyOrHoldsObject);
}

function skipSeparators(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && (isBlank(bytes[at]) || isArraySyntax(bytes[at]))) at++;
  return at;
}

function isArraySyntax(byte: number | undefined): boolean {
  return byte === OPEN_ARRAY || byte === CLOSE_ARRAY || byte === COMMA;
}

/**
 * Whether the first line of contents is an object or an array of JSON, as no header of CSV is.
 *
 * @param head has the first line as a whole, unless nobody looks any further
 */
export function isJsonLine(head: Buffer): boolean {
  const start = trimStart(head, 0, head.length);
  const lineFeed = head.indexOf(LINE_FEED, start);
  const value = parse(head, start, lineFeed === -1 ? head.length : lineFeed);
  return typeof value === "object" && value !== null;
}

function isJson(bytes: Buffer, start: number, end: number): boolean {
  return parse(bytes, start, end) !== undefined;
}

/** What a value is in JSON; undefined: it is not JSON. */
function parse(bytes: Buffer, start: number, end: number): unknown {
  try {
    return JSON.parse(bytes.toString("latin1", start, end));
  } catch {
    return undefined;
  }
}
