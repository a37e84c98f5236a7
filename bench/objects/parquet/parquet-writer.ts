import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

import {
  int,
  int32,
  list,
  struct,
  text,
  type Thrift,
} from "../../../test/support/thrift-writer.ts";
import { COLUMNS, flatten, type Column } from "../flat-event.ts";
import { ColumnChunkWriter, PLAIN, RLE, RLE_DICTIONARY, type ColumnChunk } from "./column-chunk.ts";

/** The row groups that the promise is about; Spark's and parquet-java's default. */
const ROW_GROUP_BYTES = 128 * 1024 * 1024;
const MAGIC = "PAR1";
const SNAPPY = 1;
const OPTIONAL = 1;
/** Physical types and what they mean, `ConvertedType`. */
const TYPES: Readonly<Record<Column["type"], { type: number; meaning?: number }>> = {
  boolean: { type: 0 },
  integer: { type: 2 },
  text: { type: 6, meaning: 0 },
  json: { type: 6, meaning: 19 },
};

/**
 * The events of a file of lines as Parquet, in pieces: snappy, pages of version 1, dictionaries for
 * what has few values (https://parquet.apache.org/docs/file-format/). Less than a real writer, but
 * what a reader gets to do is the same.
 */
export async function* parquetOf(file: string): AsyncGenerator<Buffer> {
  const rowGroups: Thrift[] = [];
  let at = MAGIC.length;
  let rows = 0;
  yield Buffer.from(MAGIC);
  for await (const chunks of rowGroupsOf(file)) {
    rowGroups.push(rowGroupMetadata(chunks, at));
    rows += chunks[0]?.rows ?? 0;
    for (const page of chunks.flatMap(({ pages }) => pages)) {
      yield page;
      at += page.length;
    }
  }
  const schema = list([struct({ 4: text("schema"), 5: int32(COLUMNS.length) }), ...columns()]);
  const { bytes } = struct({ 1: int32(1), 2: schema, 3: int(rows), 4: list(rowGroups) });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  yield Buffer.concat([bytes, length, Buffer.from(MAGIC)]);
}

async function* rowGroupsOf(file: string): AsyncGenerator<readonly ColumnChunk[]> {
  const open = () => COLUMNS.map((column) => new ColumnChunkWriter(column));
  let writers = open();
  let isEmpty = true;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const values = flatten(line);
    for (const [index, writer] of writers.entries()) writer.add(values[index] ?? "");
    isEmpty = false;
    const bytes = writers.reduce((sum, writer) => sum + writer.uncompressedBytes(), 0);
    if (bytes < ROW_GROUP_BYTES) continue;
    yield writers.map((writer) => writer.finish());
    writers = open();
    isEmpty = true;
  }
  if (!isEmpty) yield writers.map((writer) => writer.finish());
}

function columns(): readonly Thrift[] {
  return COLUMNS.map(({ name, type }) => {
    const { type: physical, meaning } = TYPES[type];
    return struct({
      1: int32(physical),
      3: int32(OPTIONAL),
      4: text(name),
      ...(meaning !== undefined && { 6: int32(meaning) }),
    });
  });
}

/** @param start where the first of its pages is in the file */
function rowGroupMetadata(chunks: readonly ColumnChunk[], start: number): Thrift {
  let at = start;
  const metadata = chunks.map((chunk) => {
    const bytes = storedBytes(chunk);
    const columnChunk = struct({ 2: int(at), 3: chunkMetadata(chunk, at, bytes) });
    at += bytes;
    return columnChunk;
  });
  const total = chunks.reduce((sum, { uncompressedBytes }) => sum + uncompressedBytes, 0);
  return struct({ 1: list(metadata), 2: int(total), 3: int(chunks[0]?.rows ?? 0) });
}

function chunkMetadata(chunk: ColumnChunk, at: number, bytes: number): Thrift {
  const { column, rows, uncompressedBytes, dictionaryBytes } = chunk;
  const encodings = dictionaryBytes > 0 ? [PLAIN, RLE, RLE_DICTIONARY] : [PLAIN, RLE];
  return struct({
    1: int32(TYPES[column.type].type),
    2: list(encodings.map(int32)),
    3: list([text(column.name)]),
    4: int32(SNAPPY),
    5: int(rows),
    6: int(uncompressedBytes),
    7: int(bytes),
    9: int(at + dictionaryBytes),
    ...(dictionaryBytes > 0 && { 11: int(at) }),
  });
}

function storedBytes({ pages }: ColumnChunk): number {
  return pages.reduce((sum, { length }) => sum + length, 0);
}
