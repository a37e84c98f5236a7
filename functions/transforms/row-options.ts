import { USUAL_COLUMNS } from "../event/row-mapping.ts";
import type { CellTypes } from "./row-cells.ts";
import { matchNames, type NamePattern } from "./name-pattern.ts";
import { TIME_FORMATS, type TimeFormat } from "./parse-time.ts";
import { checkRowOptions } from "./row-option-checks.ts";

/** Which columns of a row are what; see `eventFromRow`. */
export interface RowOptions {
  /** The column that names the event, or the one name of all. @default `event` or `event_name` */
  readonly event?: { readonly column: string } | string;
  /** @default `time` or `timestamp` */
  readonly time?: TimeColumn;
  /** The column of `distinct_id`. @default `distinct_id` */
  readonly distinctId?: string;
  /** The column of `$user_id`, and of `distinct_id` where that has none. @default `$user_id` */
  readonly user?: string;
  /** The column of `$device_id`, likewise for rows without a user. @default `$device_id` */
  readonly device?: string;
  /** Whether a row may have no column of an id at all: an event without a user. @default false */
  readonly anonymous?: boolean;
  /** What tells rows apart, one column or several. @default `$insert_id` or `insert_id` */
  readonly insertId?: string | readonly string[];
  /** Columns of text that spells numbers. */
  readonly numbers?: readonly string[];
  /** Columns of text that spells true or false. */
  readonly booleans?: readonly string[];
  /** Columns of JSON; the members of an object become properties. @default `properties` */
  readonly json?: readonly string[];
  /** Columns that become no property. */
  readonly drop?: readonly NamePattern[];
  /** Other names for properties. */
  readonly rename?: Readonly<Record<string, string>>;
}

/** The column of an event's time, and how it is written there. */
export interface TimeColumn {
  readonly column: string;
  /** @default ISO 8601 text, and numbers of seconds or milliseconds: Mixpanel tells these apart */
  readonly format?: TimeFormat;
  /** Of ISO 8601 text that names none: `Europe/Vienna`, `+02:00`, `UTC`. */
  readonly zone?: string;
}

/** What may be told of a row, ready to be looked up. Of several columns the first counts. */
export interface RowMapping extends CellTypes {
  readonly eventName: string | undefined;
  readonly columns: Readonly<Record<Role, readonly string[]>>;
  /** @default the column of the usual name */
  readonly insertId: readonly string[] | undefined;
  /** Where an id is looked for first, for errors to name. */
  readonly idColumns: readonly string[];
  readonly mayBeAnonymous: boolean;
  readonly isDropped: (column: string) => boolean;
  readonly newNames: ReadonlyMap<string, string>;
}

/** What a column can be, besides a property. */
export type Role = "event" | "time" | "distinctId" | "user" | "device";

/** @throws Error when there is an option that cannot be meant so */
export function readRowOptions(step: string, options: RowOptions): RowMapping {
  checkRowOptions(step, options, TIME_FORMATS);
  const { event, time, insertId, numbers = [], booleans = [] } = options;
  const eventColumn = typeof event === "object" ? event.column : undefined;
  return {
    eventName: typeof event === "string" ? event : undefined,
    columns: {
      event: told(eventColumn, USUAL_COLUMNS.event),
      time: told(time?.column, USUAL_COLUMNS.time),
      distinctId: told(options.distinctId, USUAL_COLUMNS.distinctId),
      user: told(options.user, ["$user_id"]),
      device: told(options.device, ["$device_id"]),
    },
    insertId: insertId === undefined ? undefined : [insertId].flat(),
    idColumns: idColumns(options),
    mayBeAnonymous: options.anonymous ?? false,
    types: new Map([
      ...numbers.map((column) => [column, "number"] as const),
      ...booleans.map((column) => [column, "boolean"] as const),
    ]),
    json: new Set(options.json ?? ["properties"]),
    isDropped: matchNames(options.drop ?? []),
    newNames: new Map(Object.entries(options.rename ?? {})),
  };
}

function told(column: string | undefined, usual: readonly string[]): readonly string[] {
  return column === undefined ? usual : [column];
}

function idColumns({ distinctId, user, device }: RowOptions): readonly string[] {
  const named = [distinctId, user, device].filter((column) => column !== undefined);
  return named.length === 0 ? USUAL_COLUMNS.distinctId : named;
}
