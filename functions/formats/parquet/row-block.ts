import { isUtf8 } from "node:buffer";

import { undecodable } from "../../event/malformed.ts";
import { TOO_LARGE } from "../../event/problem.ts";
import type { RecordBytes } from "../../event/record.ts";
import { isUnusable, type RecordBlock, type UnusableRecord } from "../record-block.ts";
import type { RowText } from "./row-text.ts";

/** A block holds at least one row, and stops at these: it is kept while one of its events is. */
const MAX_ROWS = 2000;
const MAX_BYTES = 256 * 1024;

const LINE_FEED = "\n";

/** Collects rows that follow each other. */
export class RowBlock {
  /** Index of the next row in the file. */
  #row: number;
  #texts: RowText[] = [];
  #length = 0;

  /** @param row index of the first row in the file */
  constructor(row: number) {
    this.#row = row;
  }

  row(): number {
    return this.#row;
  }

  isEmpty(): boolean {
    return this.#texts.length === 0;
  }

  isFull(): boolean {
    return this.#texts.length >= MAX_ROWS || this.#length >= MAX_BYTES;
  }

  add(text: RowText): void {
    this.#row++;
    this.#texts.push(text);
    this.#length += text.length() + LINE_FEED.length;
  }

  /** The rows as a block, which is empty then. */
  take(): RecordBlock {
    const texts = this.#texts;
    const json = texts.map((text) => (text.isOversized() ? "" : text.json())).join(LINE_FEED);
    const bytes = Buffer.from(json, "latin1");
    const end = { offset: this.#row, line: this.#row + 1 };
    let start = 0;
    const all = texts.map((text, index): RowRecord => {
      const offset = this.#row - texts.length + index;
      const record = toRecord(text, { bytes, start, offset });
      start += (text.isOversized() ? 0 : text.length()) + LINE_FEED.length;
      return record;
    });
    this.#texts = [];
    this.#length = 0;
    // Writers are free to call any bytes text.
    const records = isUtf8(bytes) ? all : all.map(checkUtf8);
    return { kind: "records", records, end, areRows: true };
  }
}

type RowRecord = RecordBytes | UnusableRecord;

function toRecord(
  text: RowText,
  { bytes, start, offset }: Pick<RecordBytes, "bytes" | "start" | "offset">,
): RowRecord {
  const line = offset + 1;
  if (text.isOversized())
    return { problem: TOO_LARGE, head: text.head(), length: text.length(), offset, line };
  // Only JSON that is embedded as it is can have them.
  const hasLineBreaks = text.json().includes(LINE_FEED);
  return { bytes, start, end: start + text.length(), offset, line, hasLineBreaks };
}

function checkUtf8(record: RowRecord): RowRecord {
  if (isUnusable(record)) return record;
  const { bytes, start, end, offset, line } = record;
  const own = bytes.subarray(start, end);
  return isUtf8(own)
    ? record
    : { problem: undecodable(own), head: Buffer.from(own), length: own.length, offset, line };
}
