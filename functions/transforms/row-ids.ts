import { hash } from "node:crypto";

import { stringifyExactJson } from "../event/exact-json.ts";
import { MAX_INSERT_ID_BYTES } from "../event/limits.ts";
import { USUAL_COLUMNS } from "../event/row-mapping.ts";
import { textOf } from "./event-properties.ts";
import { cellOf, type Cells, columnOf, describeColumns, isEmptyCell } from "./row-cells.ts";
import type { RowMapping } from "./row-options.ts";
import { idOf, userProperties } from "./user-ids.ts";

/**
 * `distinct_id`, `$user_id` and `$device_id` of a row.
 *
 * @throws Error when it has no column of an id, and may not lack it
 */
export function rowUser(
  cells: Cells,
  { columns, idColumns, mayBeAnonymous }: RowMapping,
): Readonly<Record<string, string>> {
  const { distinctId, user, device } = columns;
  const isKnown = [distinctId, user, device].some((names) => columnOf(cells, names) !== undefined);
  if (!isKnown && !mayBeAnonymous)
    throw new Error(
      `no column ${idColumns.join(" or ")}; ${describeColumns(cells)}. ` +
        "Where rows may lack it, anonymous: true makes them events without a user",
    );
  const own = idIn(cells, distinctId);
  const ids = userProperties(idIn(cells, user), idIn(cells, device));
  return own === undefined ? ids : { ...ids, distinct_id: own };
}

/**
 * `$insert_id` of a row out of the columns that were told, or the one of the usual name; undefined
 * when they are empty: the import then makes it of the row.
 */
export function rowInsertId(cells: Cells, { insertId }: RowMapping): string | undefined {
  const columns = insertId ?? [columnOf(cells, USUAL_COLUMNS.insertId)].filter(isNamed);
  const values = columns.map((column) => cellOf(cells, column) ?? null);
  if (values.every(isEmptyCell)) return undefined;
  // 1 and "1" are the same key: formats differ in it.
  const key = values.map((value) => textOf(value) ?? value);
  const [only] = key;
  if (key.length === 1 && typeof only === "string") return only;
  // As JSON, so that "a" and "bc" are not "ab" and "c".
  return hash("sha256", stringifyExactJson({ key }), "hex").slice(0, MAX_INSERT_ID_BYTES);
}

function idIn(cells: Cells, columns: readonly string[]): string | undefined {
  const column = columnOf(cells, columns);
  const value = column === undefined ? undefined : cellOf(cells, column);
  if (typeof value === "object" && value !== null)
    throw new Error(`${column ?? ""}: neither a text nor a number`);
  return idOf(value);
}

function isNamed(column: string | undefined): column is string {
  return column !== undefined;
}
