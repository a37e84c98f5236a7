import type { Position } from "../event/record.ts";
import type { ContentSource, FormatReader } from "./format.ts";
import { csvReader } from "./csv/csv-format.ts";
import { jsonReader } from "./json/json-format.ts";
import { ndjsonReader } from "./ndjson/ndjson-format.ts";
import { parquetReader } from "./parquet/parquet-format.ts";
import type { ContentBlock } from "./record-block.ts";

/** Every format that is read: a folder and a line each. */
const READERS = {
  ndjson: ndjsonReader,
  json: jsonReader,
  csv: csvReader,
  parquet: parquetReader,
};

type FormatName = keyof typeof READERS;
type FormatsByName = {
  readonly [N in FormatName]: (typeof READERS)[N] extends FormatReader<infer F> ? F : never;
};

/** How the contents of an object are read. Told from their beginning, once, in the first run. */
export type Format = FormatsByName[FormatName];

/** A list of the compiler's, so that it knows that a format and its reader belong together. */
const readers: { readonly [N in FormatName]: FormatReader<FormatsByName[N]> } = READERS;

function readerOf<N extends FormatName>(format: FormatsByName[N]): FormatReader<FormatsByName[N]> {
  // A format's name is its key in the table, which its type does not say.
  return readers[format.name as N];
}

/** What is carried of a format in a continuation; undefined: not one that this code reads. */
export function decodeFormat(fields: Readonly<Record<string, unknown>>): Format | undefined {
  const { name } = fields;
  return typeof name === "string" && isFormatName(name) ? READERS[name].decode(fields) : undefined;
}

/** What a continuation carries of a format. */
export function carriedFormat(format: Format): Format {
  return readerOf(format).carried?.(format) ?? format;
}

/**
 * Cuts contents into records, from a place that an earlier run may have come to.
 *
 * @throws what a format's `read` throws
 */
export function readRecords(
  source: ContentSource,
  format: Format,
  start: Position,
): AsyncIterable<ContentBlock> {
  return readerOf(format).read(source, format, start);
}

/** As of FormatReader. */
export function traitsOf(format: Format): Pick<FormatReader<Format>, "hasRows" | "offsetIn"> {
  return readerOf(format);
}

/** What offsets in an object count; bytes, while its format is not known. */
export function offsetUnitOf(format: Format | undefined): "bytes" | "rows" {
  return format === undefined ? "bytes" : traitsOf(format).offsetIn;
}

function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(READERS, name);
}
