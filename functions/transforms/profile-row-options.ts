import { matchNames, type NamePattern } from "./name-pattern.ts";
import type { RowOperator } from "./profile-names.ts";
import { checkProfileRowOptions } from "./profile-row-checks.ts";
import type { CellTypes } from "./row-cells.ts";
import type { TimeColumn } from "./row-options.ts";
import { createTimeReader, named, type TimeReader } from "./time-reader.ts";
import { createZoneClock } from "./time-zone.ts";

/** Which columns of a row are what; see `profileFromRow`. */
export interface ProfileRowOptions {
  /** The column of a user's `$distinct_id`. @default `$distinct_id` or `distinct_id` */
  readonly distinctId?: string;
  /** The rows are groups, and this is their key in Mixpanel's project settings: `company_id`. */
  readonly groupKey?: string;
  /** The column of a group's id. @default `$group_id`, or the one that is called as the key */
  readonly groupId?: string;
  /** What is done with the properties. @default `$set` */
  readonly operator?: RowOperator;
  /** The columns that become properties. @default all that are nothing else */
  readonly columns?: readonly string[];
  /** Columns of text that spells numbers. */
  readonly numbers?: readonly string[];
  /** Columns of text that spells true or false. */
  readonly booleans?: readonly string[];
  /** Columns of times, which become dates as Mixpanel documents them: UTC, to the second. */
  readonly dates?: readonly string[];
  /** Of times in `dates` that name none: `Europe/Vienna`, `+02:00`, `UTC`. */
  readonly zone?: string;
  /** Columns of JSON; the members of an object become properties. @default `properties` */
  readonly json?: readonly string[];
  /** The column of the update's `$time`. @default none: Mixpanel takes the time of arrival */
  readonly time?: TimeColumn;
  /** Columns that become no property. */
  readonly drop?: readonly NamePattern[];
  /** Other names for properties. */
  readonly rename?: Readonly<Record<string, string>>;
}

/** What may be told of a row, ready to be looked up. Of several columns the first counts. */
export interface ProfileRowMapping extends CellTypes {
  /** Undefined: the rows are users. */
  readonly groupKey: string | undefined;
  readonly idColumns: readonly string[];
  readonly operator: RowOperator;
  readonly timeColumn: string | undefined;
  readonly readTime: TimeReader;
  readonly isProperty: (column: string) => boolean;
  readonly newNames: ReadonlyMap<string, string>;
}

/** @throws Error when there is an option that cannot be meant so */
export function readProfileRowOptions(step: string, options: ProfileRowOptions): ProfileRowMapping {
  checkProfileRowOptions(step, options);
  const { columns, drop = [], zone, numbers = [], booleans = [], dates = [] } = options;
  const isChosen = columns === undefined ? () => true : matchNames(columns);
  const isDropped = matchNames(drop);
  return {
    groupKey: options.groupKey,
    idColumns: idColumns(options),
    operator: options.operator ?? "$set",
    timeColumn: options.time?.column,
    readTime: createTimeReader(step, options.time ?? {}),
    types: new Map([
      ...numbers.map((column) => [column, "number"] as const),
      ...booleans.map((column) => [column, "boolean"] as const),
      ...dates.map((column) => [column, "date"] as const),
    ]),
    ...(zone !== undefined && { fromZone: named(step, () => createZoneClock(zone)) }),
    json: new Set(options.json ?? ["properties"]),
    isProperty: (column) => isChosen(column) && !isDropped(column),
    newNames: new Map(Object.entries(options.rename ?? {})),
  };
}

function idColumns({ distinctId, groupKey, groupId }: ProfileRowOptions): readonly string[] {
  if (groupKey === undefined)
    return distinctId === undefined ? ["$distinct_id", "distinct_id"] : [distinctId];
  return groupId === undefined ? ["$group_id", groupKey] : [groupId];
}
