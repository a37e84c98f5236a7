import type { Position, RecordBytes } from "../event/record.ts";

/** A record that is too long to be an event, and is never held as a whole. */
export interface OversizedRecord {
  /** Its first 64 KiB. */
  readonly head: Buffer;
  /** Bytes of the whole record. */
  readonly length: number;
  readonly offset: number;
  readonly line: number;
}

/** Records that lie next to each other, in the object's order. */
export interface RecordBlock {
  readonly kind: "records";
  readonly records: readonly (RecordBytes | OversizedRecord)[];
  /** Behind them: the next record begins here or later. */
  readonly end: Position;
}

/** Tells the two kinds of records of a block apart. */
export function isOversized(record: RecordBytes | OversizedRecord): record is OversizedRecord {
  return "head" in record;
}
