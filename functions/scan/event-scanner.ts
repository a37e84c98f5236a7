import { trimEnd, trimStart } from "../event/record.ts";
import { ROW_INTEGERS, SCANNER } from "./instance.ts";
import { isUpdate, updateOfFlags, type ScannedUpdate } from "./scanned-update.ts";

/**
 * Looks at the bytes of events without making anything of them, some ten times as fast as
 * `JSON.parse`, in WebAssembly: its instructions look at sixteen bytes at a time (assembly/).
 */

/** What the bytes tell of an event that need not be parsed: it passes every check. */
export interface ScannedEvent {
  /** Position of the `}` of `properties`, which are not empty: what is added goes before it. */
  readonly propertiesEnd: number;
  readonly hasIp: boolean;
  /**
   * False: there is no `$insert_id` at all; an event with one that cannot be sent as it is falls
   * back to `JSON.parse`.
   */
  readonly hasInsertId: boolean;
  readonly isIdentity: boolean;
}

/** What the bytes tell of a record that need not be parsed. */
export type ScannedRecord = ScannedEvent | ScannedUpdate;

/**
 * Lines that were scanned together, those that are not blank as rows from 0. Valid until the next
 * scan.
 */
export interface ScannedLines {
  readonly rows: number;
  /**
   * Half-open range of the record in the row: its line, trimmed of white space and byte-order mark.
   */
  startOf(row: number): number;
  endOf(row: number): number;
  /** Lines before it, also blank ones. */
  lineOf(row: number): number;
  /**
   * Undefined: it falls back to `JSON.parse`. It may be malformed, unusable, incomplete, or only
   * unusual.
   */
  recordOf(row: number): ScannedRecord | undefined;
  /** Behind the last line that was scanned, and lines up to there. */
  readonly end: number;
  readonly lines: number;
}

const LINE_FEED = 0x0a;

/** What is scanned at once stays in the processor's cache. */
const PIECE_BYTES = 64 * 1024;

/** In the place of the end of properties. */
const UPDATE = -2;

const HAS_IP = 1;
const HAS_INSERT_ID = 2;
const IS_IDENTITY = 4;

const { exported, input, table } = SCANNER;

export interface ScanOptions {
  /** The clock, for events of the future. */
  readonly nowMs: number;
  /** False: the lines are cut only, and all events fall back to `JSON.parse`. */
  readonly looksAtEvents: boolean;
}

/**
 * Scans lines of `bytes[start, end)`, from the first one on and as many as make sense at once;
 * where to go on is `end` of the response. Valid UTF-8 is taken for granted.
 */
export function scanLines(
  bytes: Buffer,
  start: number,
  end: number,
  { nowMs, looksAtEvents }: ScanOptions,
): ScannedLines {
  const pieceEnd = endOfPiece(bytes, start, end);
  if (pieceEnd - start > input.length) return unscanned(bytes, start, pieceEnd);
  input.set(bytes.subarray(start, pieceEnd));
  const rows = exported.scanLines(pieceEnd - start, nowMs, looksAtEvents);
  return {
    rows,
    startOf: (row) => start + integerAt(row, 0),
    endOf: (row) => start + integerAt(row, 1),
    lineOf: (row) => integerAt(row, 4),
    recordOf: (row) => scannedRecord(row, start),
    end: start + exported.scannedEnd.value,
    lines: exported.scannedLines.value,
  };
}

/** The same for one record, `bytes[start, end)`, that is one line. */
export function scanRecord(
  bytes: Buffer,
  start: number,
  end: number,
  nowMs: number,
): ScannedRecord | undefined {
  if (end - start > input.length) return undefined;
  input.set(bytes.subarray(start, end));
  const rows = exported.scanLines(end - start, nowMs, true);
  // Anything else than one record from the first byte to the last falls back to `JSON.parse`.
  const isWhole = rows === 1 && integerAt(0, 0) === 0 && integerAt(0, 1) === end - start;
  return isWhole ? scannedRecord(0, start) : undefined;
}

/** The same of an event; undefined, too, when it is an update. */
export function scanEvent(
  bytes: Buffer,
  start: number,
  end: number,
  nowMs: number,
): ScannedEvent | undefined {
  const scanned = scanRecord(bytes, start, end, nowMs);
  return scanned === undefined || isUpdate(scanned) ? undefined : scanned;
}

function integerAt(row: number, index: number): number {
  return table[row * ROW_INTEGERS + index] ?? 0;
}

function scannedRecord(row: number, start: number): ScannedRecord | undefined {
  const propertiesEnd = integerAt(row, 2);
  if (propertiesEnd >= 0) return eventOfFlags(integerAt(row, 3), start + propertiesEnd);
  return propertiesEnd === UPDATE ? updateOfFlags(integerAt(row, 3)) : undefined;
}

/** What the flags of the scanner say of an event. */
export function eventOfFlags(flags: number, propertiesEnd: number): ScannedEvent {
  return {
    propertiesEnd,
    hasIp: (flags & HAS_IP) !== 0,
    hasInsertId: (flags & HAS_INSERT_ID) !== 0,
    isIdentity: (flags & IS_IDENTITY) !== 0,
  };
}

/** End of as many whole lines as make a piece, at least one. */
function endOfPiece(bytes: Buffer, start: number, end: number): number {
  if (end - start <= PIECE_BYTES) return end;
  const before = bytes.lastIndexOf(LINE_FEED, start + PIECE_BYTES - 1);
  if (before >= start) return before + 1;
  const after = bytes.indexOf(LINE_FEED, start + PIECE_BYTES);
  return after === -1 || after >= end ? end : after + 1;
}

/** A line that is too long for the scanner, and too long for an event. */
function unscanned(bytes: Buffer, start: number, end: number): ScannedLines {
  const lineEnd = bytes[end - 1] === LINE_FEED ? end - 1 : end;
  const recordStart = trimStart(bytes, start, lineEnd);
  const isBlank = recordStart >= lineEnd;
  return {
    rows: isBlank ? 0 : 1,
    startOf: () => recordStart,
    endOf: () => trimEnd(bytes, recordStart, lineEnd),
    lineOf: () => 0,
    recordOf: () => undefined,
    end,
    lines: 1,
  };
}
