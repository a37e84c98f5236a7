import type { Json, JsonRecord } from "../event/transform-contract.ts";
import { toBoolean, toJson, toNumber } from "./cell-types.ts";
import { isJsonObject, type JsonObject, setMember } from "./event-properties.ts";
import type { RowMapping } from "./row-options.ts";
import { named } from "./time-reader.ts";

/** A row's cells by the names of their columns, which the row may have in any order. */
export type Cells = JsonObject;

/**
 * The cells of a row with the types they were told, and those of its JSON columns beside them. Of
 * two with one name the row's own is taken.
 *
 * @throws Error that names the column, without its value, for a cell that is not of its type
 */
export function readCells(row: JsonRecord, mapping: RowMapping): Cells {
  const cells: Record<string, Json | undefined> = {};
  const inner: JsonObject[] = [];
  for (const [column, value] of Object.entries(row)) {
    const cell = isEmptyCell(value) ? value : named(column, () => typed(column, value, mapping));
    if (mapping.json.has(column) && isJsonObject(cell)) inner.push(cell);
    else setMember(cells, column, cell);
  }
  for (const [name, value] of inner.flatMap(Object.entries<Json | undefined>))
    if (!Object.hasOwn(cells, name)) setMember(cells, name, value);
  return cells;
}

function typed(column: string, value: Json, { types, json }: RowMapping): Json {
  if (json.has(column)) return toJson(value);
  const type = types.get(column);
  if (type === "number") return toNumber(value);
  return type === "boolean" ? toBoolean(value) : value;
}

/** What says that there is no value: NULL, and in text formats nothing between two delimiters. */
export function isEmptyCell(value: Json | undefined): value is undefined | null | "" {
  return value === undefined || value === null || value === "";
}

/** How an error lists the columns that a row has: names only. */
export function describeColumns(cells: Cells): string {
  const names = Object.keys(cells);
  const shown = names.slice(0, MAX_LISTED).map((name) => JSON.stringify(name.slice(0, MAX_NAME)));
  const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : "";
  return names.length === 0 ? "the row has no columns" : `the row has: ${shown.join(", ")}${more}`;
}

const MAX_LISTED = 40;
const MAX_NAME = 60;
