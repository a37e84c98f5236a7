import type { FormatReader } from "../format.ts";
import { splitLines } from "./lines.ts";

/** A record a line. https://github.com/ndjson/ndjson-spec */
export interface NdjsonFormat {
  readonly name: "ndjson";
}

/** The format that everything is unless something else is proved. */
export const NDJSON: NdjsonFormat = { name: "ndjson" };

/** Lines stay together in blocks, whose records a scan finds. */
export const ndjsonReader: FormatReader<NdjsonFormat> = {
  hasRows: false,
  offsetIn: "bytes",
  decode: () => NDJSON,
  read: ({ chunks }, _format, { offset }) => splitLines(chunks, offset),
};
