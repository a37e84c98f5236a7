import type { Problem } from "../event/problem.ts";
import type { JsonPlace, Position, RecordBytes } from "../event/record.ts";
import type { LineBlock, OversizedLine } from "./ndjson/lines.ts";

/** What contents are cut into: whole lines, whose records a scan finds, or records. */
export type ContentBlock = LineBlock | OversizedLine | RecordBlock;

/** A record that is unusable as it is in the contents, whatever would be made of it. */
export interface UnusableRecord {
  readonly problem: Problem;
  /** The record's own bytes; of one that is too long to be held as a whole, its first 64 KiB. */
  readonly head: Buffer;
  /** Bytes of the whole record. */
  readonly length: number;
  readonly offset: number;
  readonly line: number;
  /** As of RecordBytes. */
  readonly json?: JsonPlace | undefined;
}

/** Records that lie next to each other, in the object's order. */
export interface RecordBlock {
  readonly kind: "records";
  readonly records: readonly (RecordBytes | UnusableRecord)[];
  /** Behind them: the next record begins here or later. */
  readonly end: Position;
  /**
   * Whether the records are rows (canonical row JSON, known to be UTF-8), and not JSON of the file.
   *
   * @default false
   */
  readonly areRows?: boolean;
}

/** Tells the two kinds of records of a block apart. */
export function isUnusable(record: RecordBytes | UnusableRecord): record is UnusableRecord {
  return "head" in record;
}
