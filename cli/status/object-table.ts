import {
  importedIn,
  rejectedIn,
  unconfirmedIn,
  type RecordCounts,
  type SentCounts,
} from "../../functions/records/counters.ts";
import type { FirstError } from "../../functions/objects/receipt.ts";
import { formatDuration } from "../terminal/counter.ts";
import { fit, padTo, printable, widthOf } from "../terminal/fit.ts";
import type { Meaning } from "../terminal/paint.ts";
import type { TextStyle } from "../terminal/style.ts";
import { formatBytes, formatCount, formatNumberOf } from "../terminal/table.ts";
import { isUnread } from "../stack/unread-receipt.ts";
import type { ImportProgress, ObjectRow } from "./object-row.ts";
import { rateOf, secondsOf } from "./receipts.ts";
import { attentionOf } from "./status-totals.ts";

export interface ObjectTableOptions extends TextStyle {
  /** Objects of others are shown with their bucket. */
  readonly landingBucket: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Counts = SentCounts & { readonly records: RecordCounts };

const HEADINGS = ["state", "age", "read", "imported", "refused", "time", "MB/s"] as const;
const LEFT_COLUMNS = 1;
/** State and age. */
const LEAST_COLUMNS = 2;
const MIN_NAME_COLUMNS = 16;
const MAX_NAME_COLUMNS = 80;
const GAP = "  ";

/** A line for each object, and one below it that says why; "" without any. */
export function objectTable(rows: readonly ObjectRow[], options: ObjectTableOptions): string {
  if (rows.length === 0) return "";
  const { paint, columns } = options;
  const cells = rows.map((row) => cellsOf(row, options.now));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const shown = columnsThatFit(widths, columns - MIN_NAME_COLUMNS);
  widths.length = shown;
  const numbers = widths.reduce((sum, width) => sum + width + GAP.length, 0);
  const names = namesOf(rows, options.landingBucket);
  const longest = Math.max(...names.map(widthOf), "object".length);
  const room = Math.min(Math.max(columns - numbers, MIN_NAME_COLUMNS), longest, MAX_NAME_COLUMNS);
  const lines = rows.map((row, index) => {
    const name = padTo(fitEnd(names[index] ?? "", room), room);
    const line = [name, ...align(cells[index]?.slice(0, shown) ?? [], widths)].join(GAP).trimEnd();
    const note = noteOf(row);
    const meaning = meaningOf(row);
    const painted = meaning === undefined ? line : paint(meaning, line);
    return note === "" ? painted : `${painted}\n${paint("aside", fit(`  ${note}`, columns))}`;
  });
  const heading = ["object".padEnd(room), ...align(HEADINGS.slice(0, shown), widths)].join(GAP);
  return [paint("heading", heading), ...lines].join("\n");
}

/** On a narrow terminal the last ones are left out, but for state and age. */
function columnsThatFit(widths: readonly number[], room: number): number {
  let used = 0;
  for (const [column, width] of widths.entries()) {
    used += width + GAP.length;
    if (used > room && column >= LEAST_COLUMNS) return column;
  }
  return widths.length;
}

function align(cells: readonly string[], widths: readonly number[]): string[] {
  return cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    return column < LEFT_COLUMNS ? cell.padEnd(width) : cell.padStart(width);
  });
}

/** With the generation where there are several of an object, with its bucket if it is another. */
function namesOf(rows: readonly ObjectRow[], landingBucket: string): string[] {
  const seen = new Map<string, number>();
  for (const { object } of rows) seen.set(object, (seen.get(object) ?? 0) + 1);
  return rows.map(({ bucket, object, generation }) => {
    const place = bucket === landingBucket ? object : `gs://${bucket}/${object}`;
    return printable((seen.get(object) ?? 0) > 1 ? `${place}#${generation}` : place);
  });
}

/** Names of files differ at their end. */
function fitEnd(name: string, room: number): string {
  if (widthOf(name) <= room) return name;
  let kept = "";
  let width = 1;
  for (const character of Array.from(name).reverse()) {
    width += widthOf(character);
    if (width > room) break;
    kept = character + kept;
  }
  return `…${kept}`;
}

function cellsOf(row: ObjectRow, now: number): string[] {
  const { state, at, progress } = row;
  const receipt = isUnread(state) ? undefined : row.receipt;
  const counts: Counts | undefined = receipt ?? progress;
  const numbers =
    counts === undefined
      ? ["", "", ""]
      : [counts.records.read, importedIn(counts), refusedIn(counts)].map(formatCount);
  const rate = receipt === undefined ? undefined : rateOf(receipt);
  return [
    printable(state),
    shortAge(at, now),
    ...numbers,
    receipt === undefined ? "" : shortTime(secondsOf(receipt)),
    rate === undefined ? "" : rate.toFixed(1),
  ];
}

function refusedIn(counts: Counts): number {
  return counts.records.unusable + rejectedIn(counts);
}

/** `40 s`, `12 min`, `3 h`, `2 d` */
function shortAge(at: string, now: number): string {
  const seconds = Math.max(now - Date.parse(at), 0) / 1000;
  if (Number.isNaN(seconds)) return "";
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function shortTime(seconds: number): string {
  if (Number.isNaN(seconds)) return "";
  return seconds < 120 ? `${seconds.toFixed(1)} s` : formatDuration(seconds);
}

/** What a row says beside its numbers; "" for nothing. */
function noteOf({ receipt, progress, detail, size }: ObjectRow): string {
  if (progress !== undefined) return describeProgress(progress, size);
  if (receipt === undefined) return printable(detail);
  const unconfirmed = unconfirmedIn(receipt);
  return [
    ...(receipt.firstError === null ? [] : [describeFirstError(receipt.firstError)]),
    ...(receipt.records.dropped > 0 ? [`${formatCount(receipt.records.dropped)} left out`] : []),
    ...(unconfirmed > 0 ? [`${formatCount(unconfirmed)} unconfirmed`] : []),
  ].join("; ");
}

/** `40% of 1.2 GB after 2 runs, goes on` */
export function describeProgress(
  { percent, runs }: ImportProgress,
  size: number | undefined,
): string {
  const stored = size === undefined ? "it" : formatBytes(size);
  const part = percent === undefined ? `part of ${stored}` : `${percent}% of ${stored}`;
  return `${part} after ${formatNumberOf(runs, "run")}, goes on`;
}

/** `invalid, properties.time: missing (line 1207)` */
export function describeFirstError({ reason, field, error = "", line }: FirstError): string {
  const problem = [field, error].filter((text) => text !== "").join(": ");
  const place = line > 0 ? ` (line ${formatCount(line)})` : "";
  return printable(`${[reason, problem].filter((text) => text !== "").join(", ")}${place}`);
}

function meaningOf({ receipt, state }: ObjectRow): Meaning | undefined {
  if (receipt === undefined) return state === "importing" ? undefined : "aside";
  if (attentionOf(receipt) !== undefined) return "bad";
  if (receipt.firstError !== null || unconfirmedIn(receipt) > 0) return "doubtful";
  return undefined;
}
