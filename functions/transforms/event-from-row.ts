import {
  isRecord,
  type Json,
  type JsonRecord,
  type Transform,
} from "../event/transform-contract.ts";
import { editProperties, setMember, textOf } from "./event-properties.ts";
import {
  cellOf,
  type Cells,
  columnOf,
  describeColumns,
  isEmptyCell,
  readCells,
} from "./row-cells.ts";
import { rowInsertId, rowUser } from "./row-ids.ts";
import { SET_BY_ROLE } from "./row-option-checks.ts";
import { readRowOptions, type RowMapping, type RowOptions } from "./row-options.ts";
import { USUAL_COLUMNS } from "../event/row-mapping.ts";
import { createTimeReader, named, type TimeReader } from "./time-reader.ts";

const STEP = "eventFromRow";

/**
 * Makes an event of a flat row: of CSV, Parquet or Avro, of a warehouse's JSON export. Columns that
 * are nothing else become properties; NULL and "" become none.
 *
 * - Without options it reads the columns `event` or `event_name`, `time` or `timestamp`,
 *   `distinct_id`, and, where they are, `$user_id`, `$device_id`, `$insert_id` or `insert_id`, and
 *   `properties`, JSON whose members become properties.
 * - Types are told, never guessed: text stays text but for the columns in `numbers`, `booleans` and
 *   `json`.
 * - `$insert_id` is the column `insertId`, or a digest of several. Without it, or where they are
 *   empty, the import makes the id of the row, so that two rows with equal bytes are one event.
 * - Placeholders such as `null` and `anonymous` are no ids; an event without a user has ""
 *   as `distinct_id`.
 * - A record that is an event already, with `event` and `properties` and nothing else, stays so; a
 *   `time` that is text there is read as above.
 *
 * @throws Error for options that cannot be meant so. For a row: with the columns it has, when one
 *   that was told or is usual is missing; for a cell that is not of its type; for a column that
 *   would take the place of a property set by another one. Nothing is lost without a word
 *
 * @example eventFromRow() // event,time,distinct_id,plan
 * @example
 * eventFromRow({
 *   event: { column: "action" }, // or "Purchase": each row is one
 *   time: { column: "created_at", format: "iso8601", zone: "Europe/Vienna" },
 *   user: "user_id",
 *   device: "anonymous_id",
 *   insertId: ["order_id", "line_no"],
 *   numbers: ["amount"],
 *   booleans: ["is_trial"],
 *   json: ["details"],
 *   drop: ["_fivetran_synced", /^__/],
 *   rename: { url: "$current_url" },
 * });
 */
export function eventFromRow(options: RowOptions = {}): Transform {
  const mapping = readRowOptions(STEP, options);
  const readTime = createTimeReader(STEP, options.time ?? {});
  return (row) =>
    isEvent(row) ? withReadTime(row) : toEvent(readCells(row, mapping), mapping, readTime);
}

const readUsualTime = createTimeReader(STEP, {});

function isEvent(row: JsonRecord): boolean {
  const { event, properties } = row;
  return typeof event === "string" && isRecord(properties) && Object.keys(row).length === 2;
}

/** An event whose time is a number stays the bytes it came in. */
function withReadTime(event: JsonRecord): JsonRecord {
  return editProperties(event, (properties) => {
    const { time } = properties;
    if (typeof time !== "string") return properties;
    return { ...properties, time: named("properties.time", () => readUsualTime(time)) };
  });
}

function toEvent(cells: Cells, mapping: RowMapping, readTime: TimeReader): JsonRecord {
  const event = eventNameOf(cells, mapping);
  const [timeColumn, timeCell] = filledCell(cells, mapping.columns.time);
  const time = named(timeColumn, () => readTime(timeCell));
  const insertId = rowInsertId(cells, mapping);
  return {
    event,
    properties: {
      ...leftOver(cells, mapping),
      ...rowUser(cells, mapping),
      time,
      ...(insertId !== undefined && { $insert_id: insertId }),
    },
  };
}

function eventNameOf(cells: Cells, { eventName, columns }: RowMapping): string {
  if (eventName === undefined) {
    const [column, cell] = filledCell(cells, columns.event);
    const name = textOf(cell);
    if (name === undefined) throw new Error(`${column}: neither a text nor a number`);
    return name;
  }
  const column = JSON.stringify(eventName);
  if (Object.hasOwn(cells.own, eventName))
    throw new Error(
      `${column} is a column; its values are meant with event: { column: ${column} }`,
    );
  return eventName;
}

/** @throws Error when the row has none of these columns, or nothing in it */
function filledCell(cells: Cells, columns: readonly string[]): readonly [string, Json] {
  const column = columnOf(cells, columns);
  if (column === undefined)
    throw new Error(`no column ${columns.join(" or ")}; ${describeColumns(cells)}`);
  const cell = cellOf(cells, column);
  if (isEmptyCell(cell)) throw new Error(`${column}: empty`);
  return [column, cell];
}

/** The columns that are nothing else, as properties. */
function leftOver(cells: Cells, mapping: RowMapping): Readonly<Record<string, Json | undefined>> {
  const { newNames, isDropped } = mapping;
  const used = usedColumns(cells, mapping);
  const properties: Record<string, Json | undefined> = {};
  const isLeft = ([column, value]: readonly [string, Json | undefined]): boolean =>
    !used.has(column) && !isDropped(column) && !isEmptyCell(value);
  for (const [column, value] of Object.entries(cells.own).filter(isLeft)) {
    const name = newNames.get(column) ?? column;
    assertFree(column, name, properties);
    setMember(properties, name, value);
  }
  // Of what is in JSON, the row's own columns take the place, and what is made of them.
  for (const [column, value] of Object.entries(cells.inner).filter(isLeft)) {
    const name = newNames.get(column) ?? column;
    if (!Object.hasOwn(SET_BY_ROLE, name) && !Object.hasOwn(properties, name))
      setMember(properties, name, value);
  }
  return properties;
}

/** @throws Error when another column gives the property `name` */
function assertFree(column: string, name: string, properties: object): void {
  if (Object.hasOwn(SET_BY_ROLE, name))
    throw new Error(
      `${column}: ${name} is made of another column; drop or rename this one, ` +
        `or name it as ${SET_BY_ROLE[name] ?? ""}`,
    );
  if (Object.hasOwn(properties, name))
    throw new Error(`${column}: two columns would be the property ${JSON.stringify(name)}`);
}

/** A column that insert ids are made of stays a property, unless its name says that it is one. */
function usedColumns(cells: Cells, mapping: RowMapping): ReadonlySet<string> {
  const { columns, eventName, insertId = USUAL_COLUMNS.insertId } = mapping;
  const roles = [columns.time, columns.distinctId, columns.user, columns.device];
  if (eventName === undefined) roles.push(columns.event);
  const usual: readonly string[] = USUAL_COLUMNS.insertId;
  return new Set([
    ...roles.map((names) => columnOf(cells, names)).filter((column) => column !== undefined),
    ...insertId.filter((column) => usual.includes(column)),
  ]);
}
