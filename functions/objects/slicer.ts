import { isUtf8 } from "node:buffer";

import type { DeadRecord } from "../records/dead-letter.ts";
import type { LineBlock, OversizedLine } from "../formats/ndjson/lines.ts";
import {
  isUnusable,
  type ContentBlock,
  type RecordBlock,
  type UnusableRecord,
} from "../formats/record-block.ts";
import type { RecordSource } from "../records/prepare-event.ts";
import type { PreparedRecord, RecordGroup, RecordPreparer } from "../records/prepare-record.ts";
import { prepareRecords, prepareRecordsWithinLimit } from "../records/prepare-records.ts";
import { TOO_LARGE } from "../event/problem.ts";
import type { RecordBytes } from "../event/record.ts";
import { scanLines, type ScannedLines } from "../scan/event-scanner.ts";
import { FillingSlice, type FillingOptions } from "./filling-slice.ts";
import type { Slice } from "./slice.ts";

export interface SlicerOptions extends FillingOptions {
  readonly source: RecordSource;
  readonly preparer: RecordPreparer;
  /**
   * Whether a transform gets five seconds for each record: it may be the one that ended an instance
   * before (transform-watch.ts). That costs a thread for every few hundred records.
   */
  readonly isTransformLimited: boolean;
  /** Milliseconds since the epoch, for events of the future. */
  readonly wallNow: () => number;
}

/** Fills slices with the records of an object's lines, one slice after the other. */
export interface Slicer {
  /**
   * Takes what is next in the object. False = stop: `complete` said so, and what is left over has
   * not been taken.
   */
  add(block: ContentBlock): Promise<boolean>;
  /** Completes the last slice, at the end of the object. */
  finish(): Promise<void>;
}

/** A record that was one too many for its slice. */
interface Overflow {
  readonly record: RecordBytes;
  readonly prepared: PreparedRecord;
}

/** Makes the slicer of a run. @throws what `complete` throws */
export function createSlicer(options: SlicerOptions): Slicer {
  const filling = new FillingSlice(options);
  return {
    add: async (block) => {
      const isTaken = await addBlock(block, filling, options);
      return isTaken && (!filling.isDue() || (await filling.complete()));
    },
    finish: async () => {
      await filling.complete();
    },
  };
}

function addBlock(
  block: ContentBlock,
  filling: FillingSlice,
  options: SlicerOptions,
): Promise<boolean> {
  switch (block.kind) {
    case "lines":
      return addLines(block, filling, options);
    case "oversized":
      return addOversized(block, filling);
    case "records":
      return addRecords(block, filling, options);
  }
}

async function addRecords(
  { records, end, areRows = false }: RecordBlock,
  filling: FillingSlice,
  options: SlicerOptions,
): Promise<boolean> {
  const group: RecordGroup = {
    source: options.source,
    nowMs: options.wallNow(),
    isKnownUtf8: areRows,
    areRows,
  };
  let index = 0;
  const nextRecord = (): RecordBytes | undefined => {
    const next = records[index];
    return next === undefined || isUnusable(next) ? undefined : next;
  };
  for (; index < records.length; index++) {
    let addTo: ((slice: Slice) => boolean) | undefined;
    prepareAllOf(options)(options.preparer, group, {
      next: nextRecord,
      take: (record, prepared) => {
        const isTaken = filling.current().add(record, prepared);
        if (isTaken) index++;
        else addTo = (slice) => slice.add(record, prepared);
        return isTaken;
      },
    });
    const left = records[index];
    if (left === undefined) break;
    filling.position = { offset: left.offset, line: left.line, json: left.json };
    if (isUnusable(left)) addTo = (slice) => slice.addDead(deadRecordOf(left));
    if (addTo !== undefined && !(await filling.add(addTo))) return false;
  }
  filling.position = end;
  if (areRows) filling.hold(lengthOf(records));
  return true;
}

function lengthOf(records: RecordBlock["records"]): number {
  return records.reduce(
    (sum, record) => sum + (isUnusable(record) ? record.head.length : record.end - record.start),
    0,
  );
}

function prepareAllOf({ isTransformLimited }: SlicerOptions): typeof prepareRecords {
  return isTransformLimited ? prepareRecordsWithinLimit : prepareRecords;
}

async function addLines(
  block: LineBlock,
  filling: FillingSlice,
  options: SlicerOptions,
): Promise<boolean> {
  const { source, preparer, wallNow } = options;
  const { bytes, start, end } = block;
  // One check of the whole block is far cheaper than one of each line; only in a bad block the
  // lines are checked.
  const isKnownUtf8 = isUtf8(bytes.subarray(start, end));
  const nowMs = wallNow();
  const group: RecordGroup = { source, nowMs, isKnownUtf8, areRows: false };
  const scanOptions = { nowMs, looksAtEvents: preparer.usesScan };
  let { line } = filling.position;
  for (let at = start; at < end;) {
    const scanned = scanLines(bytes, at, end, scanOptions);
    const overflow = addScanned(filling.current(), scanned, { block, line, group, options });
    if (overflow === undefined) {
      at = scanned.end;
      line += scanned.lines;
      continue;
    }
    const { record, prepared } = overflow;
    filling.position = { offset: record.offset, line: record.line };
    // Others may scan meanwhile: what follows the record is scanned again, from the rest of its
    // line on.
    if (!(await filling.add((next) => next.add(record, prepared)))) return false;
    at = record.end;
    // A line that nothing follows, not even a line feed, is over.
    line = at < end ? record.line : record.line + 1;
  }
  filling.position = { offset: block.offset + end - start, line };
  return true;
}

async function addOversized(oversized: OversizedLine, filling: FillingSlice): Promise<boolean> {
  const { line, offset } = filling.position;
  const dead = deadRecordOf({ ...oversized, problem: TOO_LARGE, line });
  if (!(await filling.add((next) => next.addDead(dead)))) return false;
  filling.position = {
    offset: offset + oversized.length + (oversized.isEnded ? 1 : 0),
    line: line + 1,
  };
  return true;
}

/** Of one that is too long only the head, and where the object has the rest. */
function deadRecordOf({ problem, head, length, offset, line }: UnusableRecord): DeadRecord {
  const dead = { problem, bytes: head, line, position: String(offset) };
  return head.length === length ? dead : { ...dead, cut: { offset, bytes: length } };
}

/** Where scanned lines are, and how their records are prepared. */
interface ScanContext {
  readonly block: LineBlock;
  /** Of the first scanned line. */
  readonly line: number;
  readonly group: RecordGroup;
  readonly options: SlicerOptions;
}

/**
 * Adds the records of scanned lines to the slice; the one that is one too many, if there is one.
 */
function addScanned(
  slice: Slice,
  scanned: ScannedLines,
  context: ScanContext,
): Overflow | undefined {
  const { group, options } = context;
  const { preparer } = options;
  if (!preparer.usesScan) return addTransformed(slice, scanned, context);
  for (let row = 0; row < scanned.rows; row++) {
    const record = recordAt(row, scanned, context);
    const prepared = preparer.prepare(record, group, scanned.recordOf(row));
    if (!slice.add(record, prepared)) return { record, prepared };
  }
  return undefined;
}

/** A transform decides, which might not return. */
function addTransformed(
  slice: Slice,
  scanned: ScannedLines,
  context: ScanContext,
): Overflow | undefined {
  let row = 0;
  let overflow: Overflow | undefined;
  prepareAllOf(context.options)(context.options.preparer, context.group, {
    next: () => (row < scanned.rows ? recordAt(row++, scanned, context) : undefined),
    take: (record, prepared) => {
      if (slice.add(record, prepared)) return true;
      overflow = { record, prepared };
      return false;
    },
  });
  return overflow;
}

function recordAt(row: number, scanned: ScannedLines, { block, line }: ScanContext): RecordBytes {
  const { bytes, start, offset } = block;
  return {
    bytes,
    start: scanned.startOf(row),
    end: scanned.endOf(row),
    offset: offset + scanned.startOf(row) - start,
    line: line + scanned.lineOf(row),
    hasLineBreaks: false,
  };
}
