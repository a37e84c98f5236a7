import type { Position } from "../../event/record.ts";
import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { UnreadableContentsError } from "../damage.ts";
import type { ContentSource, RandomAccess } from "../format.ts";
import type { RecordBlock } from "../record-block.ts";
import { requireCodec } from "./codecs.ts";
import { ColumnReader } from "./column-reader.ts";
import { readFooter, type Footer, type RowGroup } from "./footer.ts";
import { PageMemory, pageMemoryBytes } from "./page-memory.ts";
import { RangeInput } from "./range-input.ts";
import { readExactly, type ReadExactly } from "./read-exactly.ts";
import { RowBlock } from "./row-block.ts";
import { RowWriter } from "./row-writer.ts";

export interface ReadParquetOptions {
  /**
   * What the pages that are open at once may take.
   *
   * @default a quarter of what the instance has
   */
  readonly memoryBytes?: number;
  /** As of `ContentSource`. */
  readonly onColumnsLeftOut?: ContentSource["onColumnsLeftOut"] | undefined;
}

/** Of all columns together, ranges that are read ahead. */
const MAX_RANGES_BYTES = 32 * 1024 * 1024;
/** Of thousands of columns, larger ones would be more than there is room for. */
const MIN_RANGE_BYTES = 16 * 1024;
const MAX_RANGE_BYTES = 4 * 1024 * 1024;

/**
 * Values of dictionaries, of all columns together, that keep their JSON: they are no part of the
 * pages' memory, and a file may have hundreds of columns of many values each.
 */
const MAX_KEPT_VALUES = 1 << 18;
/** Of one column: more would rarely be looked at again. */
const MAX_KEPT_OF_COLUMN = 1 << 16;

/** What the size of column chunks in the metadata may leave out. */
const SLACK_BYTES = 1024;

/**
 * The rows of a Parquet file (https://parquet.apache.org/docs/file-format/) from `start` on, each
 * as its canonical JSON. Only the footer and the pages of the columns are read, in ranges; what is
 * held is a page of each column, and a block of rows.
 *
 * With decoders of its own, of which none takes memory or time for what a header only claims: those
 * of hyparquet 1.33.0 hang on twelve bytes of snappy and on a megabyte of metadata.
 *
 * @param start `offset` is the index of a row
 * @throws UnreadableContentsError when the file, or what follows in it, is not read;
 *   CorruptDataError after the last row that is readable; what reading throws
 */
export async function* readParquet(
  file: RandomAccess,
  start: Position,
  options: ReadParquetOptions = {},
): AsyncGenerator<RecordBlock> {
  const read = readExactly(file);
  const footer = await readFooter(read, await file.size());
  checkColumns(footer);
  const { leftOut } = footer.schema;
  if (leftOut.length > 0) options.onColumnsLeftOut?.(leftOut);
  const memory = new PageMemory(options.memoryBytes ?? pageMemoryBytes());
  for (const group of footer.rowGroups) {
    const skipped = Math.max(0, start.offset - group.firstRow);
    if (skipped < group.rows) yield* readRowGroup(read, footer, { group, skipped, memory });
  }
}

/** @throws UnreadableContentsError */
function checkColumns({ rows, schema, rowGroups }: Footer): void {
  if (rows > 0 && schema.columns.length === 0)
    throw new UnreadableContentsError(
      schema.leftOut.length === 0
        ? "a Parquet file without columns: write it with some"
        : "a Parquet file of which no column can be read: write INTERVAL, BSON and VARIANT as text",
    );
  for (const { chunks } of rowGroups) {
    const all = chunks();
    for (const { index } of schema.columns) requireCodec(all[index]?.codec ?? 0);
  }
}

interface GroupToRead {
  readonly group: RowGroup;
  /** Rows of it that are not wanted. */
  readonly skipped: number;
  readonly memory: PageMemory;
}

async function* readRowGroup(
  read: ReadExactly,
  footer: Footer,
  { group, skipped, memory }: GroupToRead,
): AsyncGenerator<RecordBlock> {
  const readers = openColumns(read, footer, group, memory);
  const columns = [...readers.values()];
  const block = new RowBlock(group.firstRow + skipped);
  const end = group.firstRow + group.rows;
  try {
    await inParallel(columns, (column) => column.skipRows(skipped));
    const writer = new RowWriter(footer.schema.fields, readers);
    while (block.row() < end) {
      const complete = await readRows(columns);
      for (const last = Math.min(block.row() + complete, end); block.row() < last;) {
        block.add(writer.next());
        if (block.isFull()) yield block.take();
      }
      if (!block.isEmpty()) yield block.take();
    }
    if (columns.some((column) => !column.isAtEnd()))
      throw new CorruptDataError("a column has more rows than its row group");
  } catch (error) {
    // What is before the damage is read.
    if (!block.isEmpty()) yield block.take();
    throw error instanceof CorruptDataError ? describeDamage(error, block.row()) : error;
  } finally {
    for (const column of columns) column.close();
  }
}

function describeDamage(error: CorruptDataError, row: number): CorruptDataError {
  return new CorruptDataError(`the Parquet file is damaged at row ${row + 1} (${error.message})`, {
    cause: error,
  });
}

function openColumns(
  read: ReadExactly,
  { schema, at }: Footer,
  group: RowGroup,
  memory: PageMemory,
): ReadonlyMap<number, ColumnReader> {
  const all = group.chunks();
  const rangeBytes = Math.min(
    MAX_RANGE_BYTES,
    Math.max(MIN_RANGE_BYTES, Math.floor(MAX_RANGES_BYTES / schema.columns.length)),
  );
  const maxKeptValues = Math.min(
    MAX_KEPT_OF_COLUMN,
    Math.floor(MAX_KEPT_VALUES / schema.columns.length),
  );
  const parts = schema.columns.flatMap((column) => {
    const chunk = all[column.index];
    if (chunk === undefined) return [];
    const end = Math.min(chunk.start + chunk.bytes + SLACK_BYTES, at);
    return [{ column, chunk, end }];
  });
  const readPart = readAtOnce(read, {
    start: Math.min(...parts.map(({ chunk }) => chunk.start)),
    end: Math.max(...parts.map(({ end }) => end)),
  });
  return new Map(
    parts.map(({ column, chunk, end }) => {
      const input = new RangeInput(readPart, chunk.start, end, rangeBytes);
      return [column.index, new ColumnReader({ column, chunk, input, memory, maxKeptValues })];
    }),
  );
}

/** A small row group is one range: many small ones would be many requests. */
function readAtOnce(
  read: ReadExactly,
  { start, end }: { readonly start: number; readonly end: number },
): ReadExactly {
  if (end - start > MAX_RANGE_BYTES) return read;
  let all: Promise<Buffer> | undefined;
  return async (offset, length) => {
    all ??= read(start, end - start);
    return (await all).subarray(offset - start, offset - start + length);
  };
}

/** Reads on in the columns that have no complete row. Returns how many all of them have. */
async function readRows(columns: readonly ColumnReader[]): Promise<number> {
  const waiting = columns.filter((column) => column.completeRows() === 0);
  await inParallel(waiting, (column) => column.read());
  return columns.reduce((least, column) => Math.min(least, column.completeRows()), Infinity);
}

/** Columns that are read at once: each holds a page compressed and decompressed meanwhile. */
const PARALLEL_COLUMNS = 4;

async function inParallel(
  columns: readonly ColumnReader[],
  read: (column: ColumnReader) => Promise<void>,
): Promise<void> {
  for (let index = 0; index < columns.length; index += PARALLEL_COLUMNS)
    await Promise.all(columns.slice(index, index + PARALLEL_COLUMNS).map(read));
}
