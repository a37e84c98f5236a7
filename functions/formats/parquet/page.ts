import { crc32 } from "node:zlib";

import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { UnreadableContentsError } from "../damage.ts";
import { decompressPage } from "./codecs.ts";
import type { Column } from "./columns.ts";
import type { Dictionary } from "./dictionary.ts";
import { HybridReader, widthOf } from "./hybrid.ts";
import type { PageHeader, V2Header } from "./page-header.ts";
import { createValueReader, type ValueReader } from "./value-readers.ts";

/** Values of a column, and where in their rows they stand. */
export interface DataPage {
  /** Values, those that are null included. */
  readonly entries: number;
  /** Rows that begin here. */
  readonly rows: number;
  /** Undefined: the column is in no list. */
  readonly repetitions: HybridReader | undefined;
  /** Undefined: no value can be null. */
  readonly definitions: HybridReader | undefined;
  readonly values: ValueReader;
  /** Memory that it takes. */
  readonly bytes: number;
}

/** Memory that a page takes once it is decompressed, or before it is. */
export function bytesOf({ compressedBytes, uncompressedBytes }: PageHeader): number {
  return Math.max(compressedBytes, uncompressedBytes);
}

/** RLE, the only encoding of levels that was written in the last ten years. */
const RLE = 3;
const LENGTH_BYTES = 4;

/** Checks the page's own checksum, where there is one. @throws CorruptDataError */
export function checkCrc({ crc }: PageHeader, stored: Buffer): void {
  if (crc !== undefined && (crc32(stored) | 0) !== crc)
    throw new CorruptDataError("the checksum of a page is wrong");
}

/**
 * Takes a data page apart, without unpacking its values.
 *
 * @param stored as it is in the file
 * @throws CorruptDataError; UnreadableContentsError for an encoding that is not read
 */
export function readDataPage(
  header: PageHeader,
  stored: Buffer,
  { column, codec, dictionary }: PageContext,
): DataPage {
  const parts =
    header.v2 === undefined
      ? splitPage(header, decompressPage(codec, stored, header.uncompressedBytes), column)
      : splitPageV2(header, header.v2, stored, codec);
  const { maxDefinition, maxRepetition, element } = column;
  const [definitions, present] = readers(parts.definitions, maxDefinition);
  const [repetitions, starts] = readers(parts.repetitions, maxRepetition);
  const count = present?.count(header.values, maxDefinition) ?? header.values;
  const { encoding } = header;
  return {
    entries: header.values,
    rows: starts?.count(header.values, 0) ?? header.values,
    repetitions,
    definitions,
    values: createValueReader(element, { ...parts.values, count, encoding, dictionary }),
    bytes: bytesOf(header),
  };
}

/** What all pages of a column chunk have in common. */
export interface PageContext {
  readonly column: Column;
  readonly codec: number;
  readonly dictionary: Dictionary | undefined;
}

interface Levels {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

interface PageParts {
  readonly repetitions: Levels;
  readonly definitions: Levels;
  readonly values: { readonly bytes: Buffer; readonly start: number };
}

/** Two readers of levels: one to read them, one to count them beforehand. */
function readers(
  { bytes, start, end }: Levels,
  max: number,
): readonly (HybridReader | undefined)[] {
  if (max === 0) return [];
  const width = widthOf(max);
  return [0, 1].map(() => new HybridReader(bytes, start, end, width));
}

/** Levels have their length before them, and are left out where there is only one. */
function splitPage(header: PageHeader, bytes: Buffer, column: Column): PageParts {
  const { maxDefinition, maxRepetition } = column;
  const [definitionEncoding, repetitionEncoding] = header.levelEncodings;
  const isOld =
    (maxDefinition > 0 && definitionEncoding !== RLE) ||
    (maxRepetition > 0 && repetitionEncoding !== RLE);
  if (isOld)
    throw new UnreadableContentsError(
      "a Parquet file with bit-packed levels: write it with a newer tool",
    );
  const repetitions = levelsAt(bytes, 0, maxRepetition);
  const definitions = levelsAt(bytes, repetitions.end, maxDefinition);
  return { repetitions, definitions, values: { bytes, start: definitions.end } };
}

function levelsAt(bytes: Buffer, at: number, max: number): Levels {
  if (max === 0) return { bytes, start: at, end: at };
  const start = at + LENGTH_BYTES;
  if (start > bytes.length) throw tooShort();
  const end = start + bytes.readUInt32LE(at);
  if (end > bytes.length) throw tooShort();
  return { bytes, start, end };
}

/** Levels are never compressed. */
function splitPageV2(
  { uncompressedBytes }: PageHeader,
  { definitionBytes, repetitionBytes, isCompressed }: V2Header,
  stored: Buffer,
  codec: number,
): PageParts {
  const valuesAt = repetitionBytes + definitionBytes;
  const length = uncompressedBytes - valuesAt;
  if (valuesAt > stored.length || length < 0) throw tooShort();
  const values = stored.subarray(valuesAt);
  return {
    repetitions: { bytes: stored, start: 0, end: repetitionBytes },
    definitions: { bytes: stored, start: repetitionBytes, end: valuesAt },
    values: { bytes: isCompressed ? decompressPage(codec, values, length) : values, start: 0 },
  };
}

function tooShort(): CorruptDataError {
  return new CorruptDataError("the levels of a page end too early");
}
