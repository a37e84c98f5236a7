import assert from "node:assert/strict";

import { trimEnd, trimStart } from "../../../functions/event/record.ts";
import {
  scanLines,
  scanRecord,
  type ScannedRecord,
} from "../../../functions/scan/event-scanner.ts";
import { MAX_INPUT, NOW } from "./scanned.ts";

interface Found {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly scanned: ScannedRecord | undefined;
}

export interface Lines {
  readonly records: readonly Found[];
  readonly lines: number;
}

/** What is to be found in `bytes[start, end)`, told line by line, and each record alone. */
export function split(bytes: Buffer, start: number, end: number): Lines {
  const records: Found[] = [];
  let line = 0;
  for (let at = start; at < end; line++) {
    const lineFeed = bytes.subarray(0, end).indexOf(0x0a, at);
    const lineEnd = lineFeed === -1 ? end : lineFeed;
    const recordStart = trimStart(bytes, at, lineEnd);
    if (recordStart < lineEnd) {
      const recordEnd = trimEnd(bytes, recordStart, lineEnd);
      // Within lines there has to be room for the line feed, too.
      const isTooLong = recordEnd - recordStart >= MAX_INPUT;
      const scanned = isTooLong ? undefined : scanRecord(bytes, recordStart, recordEnd, NOW);
      records.push({ start: recordStart, end: recordEnd, line, scanned });
    }
    at = lineEnd + 1;
  }
  return { records, lines: line };
}

interface WalkOptions {
  readonly looksAtEvents?: boolean;
  /** Number of the first line. */
  readonly line?: number;
}

/** What is found by scanning on from where each scan ended, and how many scans it took. */
export function walk(
  bytes: Buffer,
  start: number,
  end: number,
  { looksAtEvents = true, line = 0 }: WalkOptions = {},
): Lines & { readonly scans: number } {
  const records: Found[] = [];
  let lines = line;
  let scans = 0;
  for (let at = start; at < end; scans++) {
    const scanned = scanLines(bytes, at, end, { nowMs: NOW, looksAtEvents });
    assert.ok(scanned.end > at && scanned.end <= end, `a scan from ${at} to ${scanned.end}`);
    for (let row = 0; row < scanned.rows; row++)
      records.push({
        start: scanned.startOf(row),
        end: scanned.endOf(row),
        line: lines + scanned.lineOf(row),
        scanned: scanned.recordOf(row),
      });
    at = scanned.end;
    lines += scanned.lines;
  }
  return { records, lines, scans };
}

/**
 * Record by record: a difference between two lists of 40,000 would take minutes to be described.
 */
export function assertSame(actual: Lines, expected: Lines): void {
  const { records } = expected;
  for (const [index, record] of actual.records.entries())
    assert.deepEqual(record, records[index], `record ${index}`);
  assert.deepEqual([actual.records.length, actual.lines], [records.length, expected.lines]);
}
