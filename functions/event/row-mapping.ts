import { NUMERIC } from "./event-rules.ts";
import type { Json, JsonRecord } from "./transform-contract.ts";

/** Which columns of a row are the parts of an event; undefined: none. */
export interface RowColumns {
  readonly event: string | undefined;
  readonly time: string | undefined;
  readonly distinctId: string | undefined;
  readonly insertId: string | undefined;
}

/**
 * Columns that need no naming, the first that a row has: Mixpanel's own names of an event's parts
 * (https://docs.mixpanel.com/reference/import-events), and those of its warehouse connectors and
 * exports (https://docs.mixpanel.com/docs/tracking-methods/warehouse-connectors).
 */
export const USUAL_COLUMNS = {
  event: ["event", "event_name"],
  time: ["time", "timestamp"],
  distinctId: ["distinct_id"],
  insertId: ["$insert_id", "insert_id"],
} as const satisfies Readonly<Record<keyof RowColumns, readonly string[]>>;

/** Those of the usual columns that `row` has. */
export function usualColumns(row: JsonRecord): RowColumns {
  const first = (names: readonly string[]): string | undefined =>
    names.find((name) => Object.hasOwn(row, name));
  return {
    event: first(USUAL_COLUMNS.event),
    time: first(USUAL_COLUMNS.time),
    distinctId: first(USUAL_COLUMNS.distinctId),
    insertId: first(USUAL_COLUMNS.insertId),
  };
}

/**
 * The event that a row is: every column but the event's name is a property, in the row's order, the
 * named ones as `time`, `distinct_id` and `$insert_id`. A column without a value (null, left out)
 * gives no property. Text stays text, whatever it looks like, except that a `time` that is numeric
 * text becomes the number. What is missing is left out; whoever takes the event says so.
 */
export function eventOfRow(row: JsonRecord, columns: RowColumns): JsonRecord {
  const names = propertyNames(columns);
  const properties: JsonRecord = {};
  for (const column of Object.keys(row)) {
    const value = row[column];
    if (value === null || value === undefined || column === columns.event) continue;
    const name = names.get(column) ?? column;
    // A column that is not named, but called like a property that a named one gives.
    if (name === column && isTakenBy(columns, column)) continue;
    addProperty(properties, name, name === "time" ? toTime(value) : value);
  }
  const event = columns.event === undefined ? undefined : ownValue(row, columns.event);
  return event === undefined || event === null ? { properties } : { event, properties };
}

function propertyNames({ time, distinctId, insertId }: RowColumns): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (insertId !== undefined) names.set(insertId, "$insert_id");
  if (distinctId !== undefined) names.set(distinctId, "distinct_id");
  if (time !== undefined) names.set(time, "time");
  return names;
}

function isTakenBy({ time, distinctId, insertId }: RowColumns, column: string): boolean {
  const isOther = (named: string | undefined): boolean => named !== undefined && named !== column;
  return (
    (column === "time" && isOther(time)) ||
    (column === "distinct_id" && isOther(distinctId)) ||
    (column === "$insert_id" && isOther(insertId))
  );
}

function toTime(value: Json): Json {
  return typeof value === "string" && NUMERIC.test(value) ? Number(value) : value;
}

/** Assigning to `__proto__` would add no property. */
function addProperty(properties: JsonRecord, name: string, value: Json): void {
  if (name !== "__proto__") properties[name] = value;
  else
    Object.defineProperty(properties, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

function ownValue(row: JsonRecord, column: string): Json | undefined {
  return Object.hasOwn(row, column) ? row[column] : undefined;
}
