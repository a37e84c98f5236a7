import { isUtf8 } from "node:buffer";

import { parseExactly, tryStringifyExactly } from "./exact-json.ts";
import { MAX_EVENTS_PER_REQUEST } from "./limits.ts";

/** One event of a request, as it was sent. */
export interface SentRecord {
  /** The parsed JSON; undefined when it is malformed. */
  readonly value: unknown;
  /** The JSON text, where the request was split into lines. */
  readonly line: string | undefined;
  /** Bytes of the JSON text; 0 for an element of an array that is too short to matter. */
  readonly bytes: number;
  readonly isMalformed: boolean;
  /** False when a text in it has bytes that are no UTF-8; they were read as U+FFFD. */
  readonly isUtf8: boolean;
}

/** A request's body, taken apart; `undefined` when it is no JSON at all. */
export type Batch = readonly SentRecord[] | undefined;

const NEWLINE = 10;
/** What JSON takes for it, in ASCII. */
const WHITE_SPACE: ReadonlySet<number> = new Set([32, 9, 13]);

/**
 * Takes an inflated body apart: a JSON array, one JSON object, or lines of JSON. What it is, is
 * told from `contentType` and, since several clients send none that fits, from its first character.
 */
export function parseBatch(body: Buffer, contentType: string): Batch {
  if (contentType.includes("ndjson")) return parseLines(body);
  const first = firstCharacter(body);
  if (first === "[") return parseArray(body);
  if (contentType.includes("application/json")) return parseObject(body);
  return parseLines(body);
}

/**
 * The events of the old form encoding, `data=` with base64 or plain JSON
 * (https://docs.mixpanel.com/reference/track-event); Mixpanel's older libraries still send it.
 */
export function parseForm(body: Buffer): Batch {
  const data = new URLSearchParams(body.toString("latin1")).get("data") ?? "";
  if (data === "") return [];
  const text = /^\s*[[{]/.test(data)
    ? Buffer.from(data, "utf8")
    : Buffer.from(data.replaceAll(" ", "+"), "base64");
  return parseDocument(text);
}

/** A whole body as one JSON array or object. */
export function parseDocument(body: Buffer): Batch {
  return firstCharacter(body) === "[" ? parseArray(body) : parseObject(body);
}

/** Stands for a record that is nested too deeply to be written anew. */
const TOO_DEEP = '{"error":"nested too deeply to be shown"}';

/** The text of a record: the very line, or the element of the array written anew. */
export function textOf(record: SentRecord): string {
  return record.line ?? tryStringifyExactly(record.value) ?? TOO_DEEP;
}

function firstCharacter(body: Buffer): string {
  return body.subarray(0, 1024).toString("latin1").trimStart().slice(0, 1);
}

/**
 * Blank lines are skipped and have no index. Ends with the first record too many, for which the
 * request is refused.
 */
function parseLines(body: Buffer): readonly SentRecord[] {
  const allUtf8 = isUtf8(body);
  const records: SentRecord[] = [];
  for (let start = 0; start < body.length && records.length <= MAX_EVENTS_PER_REQUEST;) {
    const found = body.indexOf(NEWLINE, start);
    const end = found === -1 ? body.length : found;
    if (!isBlank(body, start, end)) records.push(parseLine(body, start, end, allUtf8));
    start = end + 1;
  }
  return records;
}

function isBlank(body: Buffer, start: number, end: number): boolean {
  for (let position = start; position < end; position += 1)
    if (!WHITE_SPACE.has(body[position] ?? 0)) return false;
  return true;
}

function parseLine(body: Buffer, start: number, end: number, allUtf8: boolean): SentRecord {
  const line = body.toString("utf8", start, end);
  const valid = allUtf8 || isUtf8(body.subarray(start, end));
  try {
    const value: unknown = JSON.parse(line);
    return { value, line, bytes: end - start, isMalformed: false, isUtf8: valid };
  } catch {
    return { value: undefined, line, bytes: end - start, isMalformed: true, isUtf8: valid };
  }
}

/** A whole body as one JSON array. */
export function parseArray(body: Buffer): Batch {
  const value = parseWhole(body);
  return Array.isArray(value) ? elementsOf(value, body) : undefined;
}

function parseObject(body: Buffer): Batch {
  const value = parseWhole(body);
  return value === undefined ? undefined : elementsOf([value], body);
}

function parseWhole(body: Buffer): unknown {
  try {
    return parseExactly(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Only in a body over 1 MB can an element be: measuring means writing it anew, so it is left out
 * elsewhere.
 */
function elementsOf(values: readonly unknown[], body: Buffer): readonly SentRecord[] {
  const mayBeLarge = body.length > 1_000_000;
  const valid = isUtf8(body);
  return values.map((value) => ({
    value,
    line: undefined,
    bytes: mayBeLarge ? Buffer.byteLength(tryStringifyExactly(value) ?? "") : 0,
    isMalformed: false,
    isUtf8: valid,
  }));
}
