/** A column of the events as rows. */
export interface Column {
  readonly name: string;
  readonly type: "text" | "json" | "integer" | "boolean";
  /** It has few values, so that Parquet's writers would make a dictionary of them. */
  readonly isRepetitive: boolean;
}

export type Value = string | number | boolean;

/** Columns of the events that `sampleEvent` makes; what is no single value is JSON. */
export const COLUMNS: readonly Column[] = [
  { name: "event", type: "text", isRepetitive: true },
  { name: "distinct_id", type: "text", isRepetitive: false },
  { name: "$insert_id", type: "text", isRepetitive: false },
  { name: "time", type: "integer", isRepetitive: false },
  { name: "$browser", type: "text", isRepetitive: true },
  { name: "$os", type: "text", isRepetitive: true },
  { name: "$current_url", type: "text", isRepetitive: false },
  { name: "user_agent", type: "text", isRepetitive: true },
  { name: "$city", type: "text", isRepetitive: true },
  { name: "mp_country_code", type: "text", isRepetitive: true },
  { name: "plan", type: "text", isRepetitive: true },
  { name: "cart", type: "json", isRepetitive: false },
  { name: "title", type: "text", isRepetitive: false },
  { name: "score", type: "integer", isRepetitive: false },
  { name: "is_mobile", type: "boolean", isRepetitive: false },
];

/** The values of a line of JSON, in the order of COLUMNS. @throws Error when one is missing */
export function flatten(line: string): readonly Value[] {
  // The one cast of this file: `sampleEvent` wrote it.
  const { event, properties } = JSON.parse(line) as { event: string; properties: object };
  const values = new Map<string, unknown>([["event", event], ...Object.entries(properties)]);
  return COLUMNS.map(({ name, type }) => {
    const value = values.get(name);
    if (type === "json") return JSON.stringify(value);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return value;
    throw new Error(`An event of the bench has no ${name}.`);
  });
}
