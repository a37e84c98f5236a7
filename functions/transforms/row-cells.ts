import type { Json, JsonRecord } from "../event/transform-contract.ts";
import { toBoolean, toJson, toNumber } from "./cell-types.ts";
import { isJsonObject, type JsonObject, setMember } from "./event-properties.ts";
import { toProfileDate } from "./profile-date.ts";
import { named } from "./time-reader.ts";

/** A row's cells by the names of their columns, which it may have in any order. */
export interface Cells {
  readonly own: JsonObject;
  /** What is in its JSON columns, but for names that it has itself. */
  readonly inner: JsonObject;
}

/** What columns are told to hold; all others hold what they hold. */
export interface CellTypes {
  readonly types: ReadonlyMap<string, "number" | "boolean" | "date">;
  readonly json: ReadonlySet<string>;
  /** For dates that name no zone. @default such a date is an error */
  readonly fromZone?: (wallMs: number) => number;
}

/**
 * The cells of a row with the types they were told.
 *
 * @throws Error that names the column, without its value, for a cell that is not of its type
 */
export function readCells(row: JsonRecord, told: CellTypes): Cells {
  const own: Record<string, Json | undefined> = {};
  const objects: JsonObject[] = [];
  for (const [column, value] of Object.entries(row)) {
    const cell = isEmptyCell(value) ? value : named(column, () => typed(column, value, told));
    if (told.json.has(column) && isJsonObject(cell)) objects.push(cell);
    else setMember(own, column, cell);
  }
  const inner: Record<string, Json | undefined> = {};
  for (const [name, value] of objects.flatMap(Object.entries<Json | undefined>))
    if (!Object.hasOwn(own, name) && !Object.hasOwn(inner, name)) setMember(inner, name, value);
  return { own, inner };
}

/** The first of `columns` that there is, among the row's own first. */
export function columnOf({ own, inner }: Cells, columns: readonly string[]): string | undefined {
  return (
    columns.find((column) => Object.hasOwn(own, column)) ??
    columns.find((column) => Object.hasOwn(inner, column))
  );
}

/** The cell of a column; undefined when there is none. */
export function cellOf({ own, inner }: Cells, column: string): Json | undefined {
  if (Object.hasOwn(own, column)) return own[column];
  return Object.hasOwn(inner, column) ? inner[column] : undefined;
}

function typed(column: string, value: Json, { types, json, fromZone }: CellTypes): Json {
  if (json.has(column)) return toJson(value);
  const type = types.get(column);
  if (type === "number") return toNumber(value);
  if (type === "date") return toProfileDate(value, fromZone);
  return type === "boolean" ? toBoolean(value) : value;
}

/** What says that there is no value: NULL, and in text formats nothing between two delimiters. */
export function isEmptyCell(value: Json | undefined): value is undefined | null | "" {
  return value === undefined || value === null || value === "";
}

/** How an error lists the columns that a row has: names only. */
export function describeColumns({ own, inner }: Cells): string {
  const names = [...Object.keys(own), ...Object.keys(inner)];
  const shown = names.slice(0, MAX_LISTED).map((name) => JSON.stringify(name.slice(0, MAX_NAME)));
  const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : "";
  return names.length === 0 ? "the row has no columns" : `the row has: ${shown.join(", ")}${more}`;
}

const MAX_LISTED = 40;
const MAX_NAME = 60;
