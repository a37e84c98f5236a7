import type { FormatReader } from "../format.ts";
import { readValues } from "./read-values.ts";

/** JSON values in arrays, over several lines, or one after the other. */
export interface JsonFormat {
  readonly name: "json";
  /** Whether the contents begin with `[`. */
  readonly isArray: boolean;
}

/** The elements of arrays, and values one after the other. */
export const jsonReader: FormatReader<JsonFormat> = {
  hasRows: false,
  offsetIn: "bytes",
  decode: ({ isArray }) => (typeof isArray === "boolean" ? { name: "json", isArray } : undefined),
  read: ({ chunks }, { isArray }, start) => readValues(chunks, start, isArray),
};
