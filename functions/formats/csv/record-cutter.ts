import { isUtf8 } from "node:buffer";

import { MAX_EVENT_BYTES } from "../../event/limits.ts";
import { undecodable } from "../../event/malformed.ts";
import { TOO_LARGE, type Problem } from "../../event/problem.ts";
import type { Position } from "../../event/record.ts";
import { OVERSIZED_HEAD_BYTES } from "../ndjson/lines.ts";
import type { RecordBlock } from "../record-block.ts";
import { CUT_OFF, NEVER_CLOSED, TEXT_BEHIND_QUOTE, wrongNumber } from "./broken-records.ts";
import {
  CARRIAGE_RETURN,
  endsLine,
  isBlank,
  LINE_FEED,
  nextLineEnd,
  type Dialect,
} from "./dialect.ts";
import { isSeparatorLine, skipByteOrderMark } from "./preamble.ts";
import { RecordScanner } from "./record-scanner.ts";
import { RowBlockBuilder } from "./row-block.ts";

/** A record may be as long as an event, and its quotes. What is longer is no event. */
export const MAX_RECORD_BYTES = MAX_EVENT_BYTES + 64 * 1024;

const BEGINNING: Position = { offset: 0, line: 1 };

/** What a file of rows is cut by. */
export interface CutOptions {
  readonly dialect: Dialect;
  /** Names, all different. */
  readonly columns: readonly string[];
  /** The beginning of the contents, with the header, or the place of a record. */
  readonly start: Position;
}

/** Cuts the chunks of a file into its records: rows, and what is broken. */
export class RecordCutter {
  readonly #dialect: Dialect;
  readonly #columns: number;
  readonly #scanner: RecordScanner;
  /** Looks at what may be the next record, while the other one is not done with. */
  readonly #probe: RecordScanner;
  readonly #block: RowBlockBuilder;
  /** What is not cut yet: bytes of the contents from `#offset` on. */
  #window: Buffer = Buffer.alloc(0);
  #at = 0;
  #offset: number;
  #line: number;
  #isHeaderAhead: boolean;
  #isWhole = false;
  /** Whether the contents end because the rest is damaged. */
  #isCutOff = false;
  /** Up to here the window is known to be UTF-8. */
  #utf8End = 0;
  /** A record that is too long to be held; its end is looked for. */
  #oversized: (Position & { readonly head: Buffer }) | undefined;

  constructor({ dialect, columns, start }: CutOptions) {
    this.#dialect = dialect;
    this.#columns = columns.length;
    this.#scanner = new RecordScanner(dialect, columns.length);
    this.#probe = new RecordScanner(dialect, 0);
    this.#block = new RowBlockBuilder(columns);
    this.#offset = start.offset;
    this.#line = start.line;
    this.#isHeaderAhead = start.offset === 0;
  }

  /** The records that end in `chunk`, which comes next. */
  *cut(chunk: Buffer): Generator<RecordBlock> {
    const rest = this.#window.subarray(this.#at);
    this.#offset += this.#at;
    this.#window = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
    this.#utf8End = this.#findUtf8End();
    while (this.#at < this.#window.length && this.#cutNext())
      if (this.#block.isFull()) yield this.#takeBlock();
    // Also when it is empty: whoever reads may have to stop.
    yield this.#takeBlock();
  }

  /**
   * At the end of the contents: the records that were waiting for more. Of contents that are cut
   * off, the last one is no row without its line end: its last field may go on, and nobody could
   * tell.
   */
  *finish(isCutOff = false): Generator<RecordBlock> {
    this.#isWhole = true;
    this.#isCutOff = isCutOff;
    yield* this.cut(Buffer.alloc(0));
    if (this.#oversized === undefined) return;
    this.#endOversized(this.#window.length);
    yield this.#takeBlock();
  }

  /** False: the rest has to wait for more. */
  #cutNext(): boolean {
    if (this.#oversized !== undefined) return this.#skipOversized();
    if (this.#isHeaderAhead && this.#offset + this.#at === 0) {
      const behind = skipByteOrderMark(this.#window);
      if (behind === undefined && !this.#isWhole) return false;
      this.#at = behind ?? 0;
      if (this.#at >= this.#window.length) return false;
    }
    const limit = Math.min(this.#window.length, this.#at + MAX_RECORD_BYTES);
    const isLast = this.#isWhole && limit === this.#window.length;
    const end = this.#scanner.scan(this.#window, this.#at, limit, isLast);
    if (end === "whole") return this.#takeRecord();
    const isTooLong = limit - this.#at >= MAX_RECORD_BYTES;
    if (!isTooLong && !isLast) return false;
    if (end === "in-quotes") return this.#takeNeverClosed(isTooLong);
    this.#beginOversized();
    return true;
  }

  /** The record that the scanner has found; false: what follows has to be known before. */
  #takeRecord(): boolean {
    const { fields, isBroken, end, next, lines } = this.#scanner;
    if (this.#isBlank()) return this.#goOn(next, lines);
    if (this.#isHeaderAhead) {
      const isFirst = this.#line === 1;
      if (!isFirst || !isSeparatorLine(this.#window, this.#at, end)) this.#isHeaderAhead = false;
      return this.#goOn(next, lines);
    }
    // Only the last one has none.
    if (this.#isCutOff && !endsLine(this.#window[next - 1], this.#dialect)) {
      this.#addUnusable(CUT_OFF, end);
      return this.#goOn(next, lines);
    }
    if (isBroken || fields !== this.#columns)
      return this.#takeBroken(isBroken ? TEXT_BEHIND_QUOTE : wrongNumber(fields, this.#columns));
    if (!this.#isUtf8(end))
      this.#addUnusable(undecodable(this.#window.subarray(this.#at, end)), end);
    else {
      const length = end - this.#at;
      const added = this.#block.addRow(this.#scanner, this.#window, length, this.#place());
      // It is looked at again when there is room.
      if (added === "full") return true;
      if (added === "too-large") this.#addUnusable(TOO_LARGE, end);
    }
    return this.#goOn(next, lines);
  }

  /**
   * A record that cannot be a row. One over several lines may be the fault of a quote that is too
   * many or too few: when a good row begins on its second line, only its first line is broken.
   */
  #takeBroken(problem: Problem): boolean {
    const { secondLine, end, next, lines } = this.#scanner;
    if (secondLine !== -1) {
      const verdict = this.#isRowAt(secondLine);
      if (verdict === undefined) return false;
      if (verdict) return this.#takeFirstLine(problem);
    }
    this.#addUnusable(problem, end);
    return this.#goOn(next, lines);
  }

  /** Undefined: not to be told before there is more. */
  #isRowAt(at: number): boolean | undefined {
    const limit = Math.min(this.#window.length, at + MAX_RECORD_BYTES);
    const isLast = this.#isWhole && limit === this.#window.length;
    const end = this.#probe.scan(this.#window, at, limit, isLast);
    if (end === "whole") return !this.#probe.isBroken && this.#probe.fields === this.#columns;
    return isLast || limit - at >= MAX_RECORD_BYTES ? false : undefined;
  }

  /** One stray quote must not take the rest of the file with it. */
  #takeNeverClosed(isTooLong: boolean): boolean {
    if (this.#scanner.secondLine !== -1) return this.#takeFirstLine(NEVER_CLOSED);
    if (isTooLong) this.#beginOversized();
    else {
      this.#addUnusable(NEVER_CLOSED, this.#window.length);
      this.#goOn(this.#window.length, 1);
    }
    return true;
  }

  #takeFirstLine(problem: Problem): true {
    const { secondLine } = this.#scanner;
    this.#addUnusable(problem, this.#withoutReturn(secondLine - 1));
    return this.#goOn(secondLine, 1);
  }

  #goOn(next: number, lines: number): true {
    this.#at = next;
    this.#line += lines;
    return true;
  }

  #beginOversized(): void {
    const head = this.#window.subarray(this.#at, this.#at + OVERSIZED_HEAD_BYTES);
    this.#oversized = { ...this.#place(), head: Buffer.from(head) };
    this.#at += MAX_RECORD_BYTES;
    // Those within quotes; what follows is skipped to the next end of a line.
    this.#line += this.#scanner.lines;
  }

  #skipOversized(): boolean {
    const lineEnd = nextLineEnd(this.#window, this.#at, this.#dialect);
    if (lineEnd === -1) {
      this.#at = this.#window.length;
      return false;
    }
    this.#endOversized(lineEnd);
    return this.#goOn(lineEnd + 1, 1);
  }

  #endOversized(end: number): void {
    if (this.#oversized === undefined) return;
    const { head, offset, line } = this.#oversized;
    const length = this.#offset + this.#withoutReturn(end) - offset;
    this.#block.addUnusable(TOO_LARGE, head, { offset, line }, length);
    this.#oversized = undefined;
  }

  #addUnusable(problem: Problem, end: number): void {
    this.#block.addUnusable(problem, this.#window.subarray(this.#at, end), this.#place());
  }

  #place(): Position {
    return { offset: this.#offset + this.#at, line: this.#line };
  }

  #takeBlock(): RecordBlock {
    // Behind a part of what precedes the header nobody could tell that the header is to come.
    const end = this.#isHeaderAhead ? BEGINNING : this.#place();
    return this.#block.take(this.#oversized ?? end);
  }

  /** A line with nothing on it. */
  #isBlank(): boolean {
    const { fields, isBroken, lines, end } = this.#scanner;
    // A header begins with a name, whatever the fields before it are.
    if ((fields !== 1 && !this.#isHeaderAhead) || isBroken || lines > 1) return false;
    return isBlank(this.#window, this.#at, end);
  }

  /** One check of many records is far cheaper than one of each. */
  #findUtf8End(): number {
    const window = this.#window;
    const end = this.#isWhole ? window.length : window.lastIndexOf(LINE_FEED) + 1;
    return isUtf8(window.subarray(0, end)) ? end : 0;
  }

  #isUtf8(end: number): boolean {
    return end <= this.#utf8End || isUtf8(this.#window.subarray(this.#at, end));
  }

  #withoutReturn(end: number): number {
    return this.#window[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  }
}
