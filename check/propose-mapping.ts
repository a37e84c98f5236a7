import { NUMERIC } from "../functions/event/event-rules.ts";
import { FIRST_MILLISECONDS } from "../functions/event/limits.ts";
import { USUAL_COLUMNS } from "../functions/event/row-mapping.ts";
import { proposeProfiles } from "./propose-profiles.ts";

/** A column, and the first value in it; null: there is none. */
export interface ColumnSample {
  readonly name: string;
  readonly first: unknown;
}

/** Names that tools give to columns, the most telling ones first; without regard to case. */
const EVENT_NAMES = /^(event_?name|event|event_?type|action|activity|type|name)$/i;
const TIME_NAMES =
  /^(time|timestamp|event_?time(stamp)?|created(_?at)?|occurred(_?at)?|sent_?at|received_?at|ts|date_?time|date)$/i;
const USER_NAMES = /^(distinct_?id|user_?id|customer_?id|account_?id|uid|user|customer)$/i;
const DEVICE_NAMES = /^(anonymous_?id|device_?id|client_?id|visitor_?id|user_pseudo_id)$/i;
const ID_NAMES = /^(\$?insert_?id|event_?id|message_?id|uuid)$/i;

/** Microseconds have so many digits since 1973. */
const FIRST_MICROSECONDS = 1e14;

const HAS_ZONE = /(Z|UTC|[+-]\d{2}(:?\d{2})?)\s*$/i;

/**
 * Code of a transform that makes events of rows with these columns, or updates of profiles, guessed
 * from their names: to be looked at by a person. Undefined when the rows are events without it.
 */
export function proposeMapping(columns: readonly ColumnSample[]): string | undefined {
  const event = find(columns, USUAL_COLUMNS.event, EVENT_NAMES);
  const time = find(columns, USUAL_COLUMNS.time, TIME_NAMES);
  const isUsual = (column: ColumnSample | undefined, names: readonly string[]): boolean =>
    column !== undefined && names.includes(column.name);
  const hasUser = columns.some(({ name }) => name === "distinct_id");
  const isTimeReady = time === undefined || time.first === null || isNumber(time.first);
  if (
    isUsual(event, USUAL_COLUMNS.event) &&
    isUsual(time, USUAL_COLUMNS.time) &&
    isTimeReady &&
    (hasUser || findNamed(columns, USER_NAMES) === undefined)
  )
    return undefined;
  return proposeProfiles(columns) ?? codeOf({ event, time, hasUser, columns });
}

interface Guess {
  readonly event: ColumnSample | undefined;
  readonly time: ColumnSample | undefined;
  readonly hasUser: boolean;
  readonly columns: readonly ColumnSample[];
}

function codeOf({ event, time, hasUser, columns }: Guess): string {
  const lines: string[] = [];
  lines.push(
    event === undefined
      ? 'event: "Row", // the name of all events, or { column: "..." }'
      : `event: { column: ${quote(event.name)} },`,
  );
  lines.push(
    time === undefined ? 'time: { column: "..." }, // none looks like one' : timeLine(time),
  );
  const user = hasUser ? undefined : findNamed(columns, USER_NAMES);
  const device = hasUser ? undefined : findNamed(columns, DEVICE_NAMES);
  if (user !== undefined) lines.push(`user: ${quote(user.name)},`);
  if (device !== undefined) lines.push(`device: ${quote(device.name)},`);
  if (!hasUser && user === undefined && device === undefined)
    lines.push("anonymous: true, // no column looks like a user's id");
  const hasUsualId = columns.some(({ name }) =>
    USUAL_COLUMNS.insertId.some((usual) => usual === name),
  );
  const id = hasUsualId ? undefined : findNamed(columns, ID_NAMES);
  if (id !== undefined) lines.push(`insertId: ${quote(id.name)},`);
  return [
    'import { eventFromRow } from "./transforms/steps.ts";',
    "",
    "export const transform = eventFromRow({",
    ...lines.map((line) => `  ${line}`),
    "});",
  ].join("\n");
}

function timeLine({ name, first }: ColumnSample): string {
  const column = `column: ${quote(name)}`;
  if (isNumber(first)) return `time: { ${column}, format: ${quote(unitOf(Number(first)))} },`;
  const hasZone = typeof first !== "string" || HAS_ZONE.test(first.slice(10));
  return hasZone
    ? `time: { ${column}, format: "iso8601" },`
    : `time: { ${column}, format: "iso8601", zone: "UTC" }, // or the zone it was written in`;
}

function unitOf(time: number): string {
  if (time >= FIRST_MICROSECONDS) return "microseconds";
  return time >= FIRST_MILLISECONDS ? "milliseconds" : "seconds";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && NUMERIC.test(value));
}

/** The usual column, or else the one that is called most like one. */
function find(
  columns: readonly ColumnSample[],
  usual: readonly string[],
  names: RegExp,
): ColumnSample | undefined {
  const exact = usual.flatMap((name) => columns.filter((column) => column.name === name));
  return exact[0] ?? findNamed(columns, names);
}

/** Of several, the one that comes first among the names. */
function findNamed(columns: readonly ColumnSample[], names: RegExp): ColumnSample | undefined {
  const alternatives = names.source.replace(/^\^\(|\)\$$/g, "").split(/\|(?![^(]*\))/);
  for (const alternative of alternatives) {
    const pattern = new RegExp(`^(?:${alternative})$`, "i");
    const found = columns.find(({ name }) => pattern.test(name.trim()));
    if (found !== undefined) return found;
  }
  return undefined;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
