import { OPERATORS } from "../event/profile-update.ts";
import type { Json, JsonRecord, Transform } from "../event/transform-contract.ts";
import { isJsonArray, type JsonObject, setMember } from "./event-properties.ts";
import { profileId } from "./profile-id.ts";
import { BESIDE_OPERATOR, MADE_BY_MIXPANEL, type RowOperator } from "./profile-names.ts";
import {
  type ProfileRowMapping,
  type ProfileRowOptions,
  readProfileRowOptions,
} from "./profile-row-options.ts";
import {
  cellOf,
  type Cells,
  columnOf,
  describeColumns,
  isEmptyCell,
  readCells,
} from "./row-cells.ts";
import { named } from "./time-reader.ts";

const STEP = "profileFromRow";

/**
 * Makes an update of a user's profile, or of a group's, of a flat row: of CSV, Parquet, a
 * warehouse's JSON export. Columns that are nothing else become properties of the profile.
 *
 * - Without options it reads `$distinct_id` or `distinct_id`, and `properties`, JSON whose members
 *   become properties, and sets what the row has (`$set`).
 * - NULL and "" change nothing: the profile keeps what it has. A row without anything else is left
 *   out, as an update has to have a property.
 *   https://docs.mixpanel.com/docs/data-structure/group-analytics/group-analytics-implementation
 * - Types are told, never guessed: text stays text but for the columns in `numbers`, `booleans`,
 *   `dates` and `json`.
 * - An id that is a number is its text. `$name`, `$email`, `$phone`, `$avatar` and `$created` mean
 *   something to Mixpanel: `rename` gives columns these names. `$last_seen` and
 *   `$mp_first_event_time`, which Mixpanel makes itself, are left out.
 *   https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties
 * - `$union` makes a list of a value that is none.
 * - A record that is an update already stays so.
 *
 * Not verified: what `$time` does, of which Mixpanel's documentation says nothing today. It is sent
 * only where `time` says so, in milliseconds, as Mixpanel's own clients do.
 *
 * @throws Error for options that cannot be meant so. For a row: with the columns it has, when that
 *   of its id is missing; for an id that is none; for a cell that is not of its type; for a column
 *   that would be another's property, or no property. Nothing is lost without a word
 *
 * @example profileFromRow() // distinct_id,$email,plan
 * @example
 * profileFromRow({
 *   distinctId: "customer_id",
 *   operator: "$set_once",
 *   numbers: ["age"],
 *   dates: ["signed_up"],
 *   zone: "Europe/Vienna",
 *   drop: [/^_/],
 *   rename: { email: "$email", signed_up: "$created" },
 * });
 * @example profileFromRow({ groupKey: "company_id", groupId: "id", numbers: ["seats"] })
 */
export function profileFromRow(options: ProfileRowOptions = {}): Transform {
  const mapping = readProfileRowOptions(STEP, options);
  return (row) => (isUpdate(row) ? row : toUpdate(readCells(row, mapping), mapping));
}

function isUpdate(row: JsonRecord): boolean {
  return OPERATORS.some((operator) => Object.hasOwn(row, operator));
}

function toUpdate(cells: Cells, mapping: ProfileRowMapping): JsonRecord | null {
  const { groupKey, operator } = mapping;
  const [idColumn, id] = idOf(cells, mapping);
  const time = timeOf(cells, mapping);
  const operand = leftOver(cells, mapping, new Set([idColumn, mapping.timeColumn ?? idColumn]));
  if (Object.keys(operand).length === 0) return null;
  return {
    ...(groupKey === undefined ? { $distinct_id: id } : { $group_key: groupKey, $group_id: id }),
    ...(time !== undefined && { $time: time }),
    [operator]: operand,
  };
}

/** The column of the id, and the id as text. */
function idOf(cells: Cells, { idColumns }: ProfileRowMapping): readonly [string, string] {
  const column = columnOf(cells, idColumns);
  if (column === undefined)
    throw new Error(`no column ${idColumns.join(" or ")}; ${describeColumns(cells)}`);
  return [column, profileId(column, cellOf(cells, column))];
}

function timeOf(cells: Cells, { timeColumn, readTime }: ProfileRowMapping): number | undefined {
  if (timeColumn === undefined) return undefined;
  const cell = cellOf(cells, timeColumn);
  return isEmptyCell(cell) ? undefined : named(timeColumn, () => readTime(cell));
}

/** The columns that are nothing else, as the operator takes them. */
function leftOver(
  cells: Cells,
  { isProperty, newNames, operator }: ProfileRowMapping,
  used: ReadonlySet<string>,
): JsonObject {
  const properties: Record<string, Json | undefined> = {};
  const isLeft = ([column, value]: readonly [string, Json | undefined]): boolean =>
    !used.has(column) && isProperty(column) && !isEmptyCell(value) && !MADE_BY_MIXPANEL.has(column);
  for (const [column, value] of Object.entries(cells.own).filter(isLeft)) {
    const name = newNames.get(column) ?? column;
    assertProperty(column, name, properties);
    addOperand(properties, name, value, operator);
  }
  // Of what is in JSON, the row's own columns take the place.
  for (const [column, value] of Object.entries(cells.inner).filter(isLeft)) {
    const name = newNames.get(column) ?? column;
    if (!BESIDE_OPERATOR.has(name) && !Object.hasOwn(properties, name))
      addOperand(properties, name, value, operator);
  }
  return properties;
}

/** @throws Error when `name` is no property, or another column's */
function assertProperty(column: string, name: string, properties: object): void {
  if (BESIDE_OPERATOR.has(name))
    throw new Error(`${column}: ${name} is no property of a profile; drop or rename this column`);
  if (Object.hasOwn(properties, name))
    throw new Error(`${column}: two columns would be the property ${JSON.stringify(name)}`);
}

/**
 * `$union` takes lists that are not empty. https://docs.mixpanel.com/reference/user-profile-union
 */
function addOperand(
  properties: Record<string, Json | undefined>,
  name: string,
  value: Json | undefined,
  operator: RowOperator,
): void {
  if (operator !== "$union" || value === undefined) setMember(properties, name, value);
  else if (!isJsonArray(value)) setMember(properties, name, [value]);
  else if (value.length > 0) setMember(properties, name, value);
}
