/** How the contents of an object are read. Told from their beginning, once, in the first run. */
export type Format =
  /** A record a line. https://github.com/ndjson/ndjson-spec */
  | { readonly name: "ndjson" }
  /** JSON values in arrays, over several lines, or one after the other. */
  | { readonly name: "json"; readonly isArray: boolean };

/** The format that everything is unless something else is proved. */
export const NDJSON: Format = { name: "ndjson" };
