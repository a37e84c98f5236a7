import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Position } from "../../../../functions/event/record.ts";
import type { RandomAccess } from "../../../../functions/formats/format.ts";
import { readParquet } from "../../../../functions/formats/parquet/read-parquet.ts";
import { isUnusable } from "../../../../functions/formats/record-block.ts";

const FILES = join(import.meta.dirname, "files");

/** A file of other writers: see files/make-files.py. */
export function parquetFile(name: string): Buffer {
  return readFileSync(join(FILES, `${name}.parquet`));
}

/** The rows of files that were made of the same table, as they are to be read. */
export function expectedRows(table: string): readonly string[] {
  return readFileSync(join(FILES, `${table}.rows.ndjson`), "utf8")
    .trimEnd()
    .split("\n");
}

/** A file in memory that tells what is read of it. */
export function inMemory(
  bytes: Buffer,
  onRead: (offset: number, length: number) => void = () => undefined,
): RandomAccess {
  return {
    size: () => Promise.resolve(bytes.length),
    readAt: (offset, length) => {
      onRead(offset, length);
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
  };
}

/** Everything that came of reading a file. */
export interface ReadRows {
  readonly rows: string[];
  /** Of the rows that are no records: what is wrong with them. */
  readonly unusable: string[];
  readonly lines: number[];
  readonly ends: Position[];
  readonly failure: unknown;
}

/** Reads a file to its end, or to its damage. */
export async function readRows(
  bytes: Buffer,
  row = 0,
  options: { readonly memoryBytes?: number } = {},
): Promise<ReadRows> {
  const read: ReadRows & { failure: unknown } = {
    rows: [],
    unusable: [],
    lines: [],
    ends: [],
    failure: undefined,
  };
  try {
    const start = { offset: row, line: row + 1 };
    for await (const block of readParquet(inMemory(bytes), start, options)) {
      for (const record of block.records) {
        read.lines.push(record.line);
        if (isUnusable(record)) read.unusable.push(record.problem.error);
        else read.rows.push(record.bytes.toString("utf8", record.start, record.end));
      }
      read.ends.push(block.end);
    }
  } catch (error) {
    read.failure = error;
  }
  return read;
}
