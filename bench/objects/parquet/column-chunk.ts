import { int32, struct, varint } from "../../../test/support/thrift-writer.ts";
import type { Column, Value } from "../flat-event.ts";
import { snappy } from "./snappy.ts";

/** The values of a column in a row group, as they are stored. */
export interface ColumnChunk {
  readonly column: Column;
  readonly rows: number;
  /** Pages with their headers; the first one is the dictionary when there is one. */
  readonly pages: readonly Buffer[];
  /** Of the dictionary's page; 0 when there is none. */
  readonly dictionaryBytes: number;
  readonly uncompressedBytes: number;
}

/**
 * Where parquet-java ends a page: `parquet.page.size`, `parquet.page.row.count.limit`,
 * https://github.com/apache/parquet-java/blob/master/parquet-hadoop/README.md
 */
const PAGE_BYTES = 1024 * 1024;
const PAGE_ROWS = 20_000;

/** https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
export const PLAIN = 0;
export const RLE = 3;
export const RLE_DICTIONARY = 8;

/** Collects a column's values, and compresses a page of them whenever it is full. */
export class ColumnChunkWriter {
  readonly #column: Column;
  readonly #places = new Map<Value, number>();
  readonly #pages: Buffer[] = [];
  #values: Value[] = [];
  #pageBytes = 0;
  #rows = 0;
  #uncompressedBytes = 0;

  constructor(column: Column) {
    this.#column = column;
  }

  /** Of the pages that are complete. */
  uncompressedBytes(): number {
    return this.#uncompressedBytes;
  }

  add(value: Value): void {
    if (this.#column.isRepetitive && !this.#places.has(value))
      this.#places.set(value, this.#places.size);
    this.#values.push(value);
    this.#pageBytes += typeof value === "string" ? 4 + value.length : 8;
    if (this.#values.length >= PAGE_ROWS || this.#pageBytes >= PAGE_BYTES) this.#endPage();
  }

  finish(): ColumnChunk {
    if (this.#values.length > 0) this.#endPage();
    const dictionary = this.#column.isRepetitive ? [this.#dictionary()] : [];
    return {
      column: this.#column,
      rows: this.#rows,
      pages: [...dictionary, ...this.#pages],
      dictionaryBytes: dictionary[0]?.length ?? 0,
      uncompressedBytes: this.#uncompressedBytes,
    };
  }

  #endPage(): void {
    const count = this.#values.length;
    const { isRepetitive } = this.#column;
    const encoded = isRepetitive ? this.#packedPlaces() : encodePlain(this.#values);
    const body = Buffer.concat([definitionLevels(count), encoded]);
    const encoding = int32(isRepetitive ? RLE_DICTIONARY : PLAIN);
    const header = { 1: int32(count), 2: encoding, 3: int32(RLE), 4: int32(RLE) };
    this.#pages.push(this.#page(DATA_PAGE, body, { 5: struct(header) }));
    this.#rows += count;
    this.#values = [];
    this.#pageBytes = 0;
  }

  #dictionary(): Buffer {
    const values = [...this.#places.keys()];
    const header = struct({ 1: int32(values.length), 2: int32(PLAIN) });
    return this.#page(DICTIONARY_PAGE, encodePlain(values), { 7: header });
  }

  #page(kind: number, body: Buffer, header: Parameters<typeof struct>[0]): Buffer {
    const compressed = snappy(body);
    const sizes = { 2: int32(body.length), 3: int32(compressed.length) };
    const { bytes } = struct({ 1: int32(kind), ...sizes, ...header });
    this.#uncompressedBytes += bytes.length + body.length;
    return Buffer.concat([bytes, compressed]);
  }

  /** https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE: one bit-packed run. */
  #packedPlaces(): Buffer {
    const width = Math.max(1, 32 - Math.clz32(this.#places.size - 1));
    const places = this.#values.map((value) => this.#places.get(value) ?? 0);
    const head = Buffer.from([width, ...varint(groupsOf(places) * 2 + 1)]);
    return Buffer.concat([head, bitPacked(places, width)]);
  }
}

/** No value is null: one run of ones, with its length. */
function definitionLevels(count: number): Buffer {
  const run = Buffer.from([...varint(count * 2), 1]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(run.length);
  return Buffer.concat([length, run]);
}

/** Of up to 8 bits a value, the lowest bit first, in whole groups of eight values. */
function bitPacked(values: readonly number[], width: number): Buffer {
  const packed = Buffer.alloc(groupsOf(values) * width);
  for (const [index, value] of values.entries()) {
    const bit = index * width;
    const shifted = value << (bit & 7);
    const at = bit >> 3;
    packed[at] = (packed[at] ?? 0) | (shifted & 255);
    if (shifted > 255) packed[at + 1] = (packed[at + 1] ?? 0) | (shifted >> 8);
  }
  return packed;
}

function groupsOf({ length }: readonly unknown[]): number {
  return Math.ceil(length / 8);
}

/** https://parquet.apache.org/docs/file-format/data-pages/encodings/#PLAIN */
function encodePlain(values: readonly Value[]): Buffer {
  if (typeof values[0] === "boolean") return bitPacked(values.map(Number), 1);
  return Buffer.concat(values.map(plainValue));
}

function plainValue(value: Value): Buffer {
  if (typeof value !== "string") {
    const number = Buffer.alloc(8);
    number.writeBigInt64LE(BigInt(value));
    return number;
  }
  const bytes = Buffer.alloc(4 + Buffer.byteLength(value));
  bytes.writeUInt32LE(bytes.length - 4);
  bytes.write(value, 4);
  return bytes;
}
