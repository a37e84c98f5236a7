import { MAX_EVENT_BYTES } from "../../event/limits.ts";
import type { Problem } from "../../event/problem.ts";
import type { Position, RecordBytes } from "../../event/record.ts";
import { OVERSIZED_HEAD_BYTES } from "../ndjson/lines.ts";
import type { RecordBlock, UnusableRecord } from "../record-block.ts";
import type { RecordScanner } from "./record-scanner.ts";
import { RowWriter } from "./row-writer.ts";

/** Rows lie together in pieces of memory of this size. */
const PIECE_BYTES = 1024 * 1024;
const MAX_RECORDS = 10_000;

/** Collects rows, and what is no row, until they are a block. */
export class RowBlockBuilder {
  readonly #writer: RowWriter;
  /** Memory of rows, taken up to `#end`; what is taken is never written again. */
  #piece = Buffer.alloc(0);
  #end = 0;
  /** Whether the piece is too full for the next row. */
  #isPieceFull = false;
  /** For rows that may take more than a piece. */
  #large = Buffer.alloc(0);
  #records: (RecordBytes | UnusableRecord)[] = [];

  constructor(columns: readonly string[]) {
    this.#writer = new RowWriter(columns);
  }

  /** Whether the block has to be taken before more is added. */
  isFull(): boolean {
    return this.#isPieceFull || this.#records.length >= MAX_RECORDS;
  }

  /**
   * Adds the row that `scanner` has found in `window`, of a record of `length` bytes.
   *
   * @returns "full": not added, for want of room; "too-large": not added, since no event is so long
   */
  addRow(
    scanner: RecordScanner,
    window: Buffer,
    length: number,
    place: Position,
  ): "added" | "full" | "too-large" {
    const most = this.#writer.mostBytes(length);
    if (most > PIECE_BYTES) return this.#addLarge(scanner, window, most, place);
    if (this.#end + most > this.#piece.length) {
      if (this.#records.length > 0) {
        this.#isPieceFull = true;
        return "full";
      }
      this.#piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
      this.#end = 0;
    }
    const start = this.#end;
    this.#end = this.#writer.write(scanner, window, this.#piece, start);
    if (this.#end - start > MAX_EVENT_BYTES) return "too-large";
    this.#push(this.#piece, start, this.#end, place);
    return "added";
  }

  /** Adds what is no row: the first `kept` bytes of a record of `length` bytes. */
  addUnusable(problem: Problem, record: Buffer, place: Position, length = record.length): void {
    const kept = length > MAX_EVENT_BYTES ? OVERSIZED_HEAD_BYTES : record.length;
    // Copied, so that a few bytes do not hold on to a chunk.
    const head = Buffer.from(record.subarray(0, kept));
    this.#records.push({ problem, head, length, offset: place.offset, line: place.line });
  }

  /** The block so far. `end`: the place of the next record. */
  take({ offset, line }: Position): RecordBlock {
    const records = this.#records;
    this.#records = [];
    if (this.#isPieceFull) this.#piece = Buffer.alloc(0);
    this.#isPieceFull = false;
    return { kind: "records", records, end: { offset, line }, areRows: true };
  }

  /** A row may take six times its record's bytes, and hardly ever does. */
  #addLarge(
    scanner: RecordScanner,
    window: Buffer,
    most: number,
    place: Position,
  ): "added" | "too-large" {
    if (most > this.#large.length) this.#large = Buffer.allocUnsafeSlow(most);
    const end = this.#writer.write(scanner, window, this.#large, 0);
    if (end > MAX_EVENT_BYTES) return "too-large";
    const row = Buffer.from(this.#large.subarray(0, end));
    this.#push(row, 0, end, place);
    // Many of them would be more than a block is to hold.
    this.#isPieceFull = true;
    return "added";
  }

  #push(bytes: Buffer, start: number, end: number, { offset, line }: Position): void {
    this.#records.push({ bytes, start, end, offset, line, hasLineBreaks: false });
  }
}
