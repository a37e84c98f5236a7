import type { Receipt } from "../../functions/objects/receipt.ts";
import {
  importedIn,
  rejectedIn,
  unconfirmedIn,
  ZERO_UPDATES,
} from "../../functions/records/counters.ts";
import type { RunTotals } from "../../local/run/account.ts";
import type { Throughput } from "../../local/run/run-result.ts";
import { fit, printable } from "../terminal/fit.ts";
import type { TextStyle } from "../terminal/style.ts";
import { formatCount, formatTable } from "../terminal/table.ts";

type Row = RunTotals &
  Throughput & {
    readonly name: string;
    /** What is remarkable about it; "" for nothing. */
    readonly state: string;
  };

/** What became of everything that was imported, by object. */
export interface ResultRows {
  readonly receipts: readonly Receipt[];
  /** Files of which nothing is imported, and why: they get no receipt. */
  readonly skippedFiles: readonly { readonly name: string; readonly reason: string }[];
  /** Undefined when there were none. */
  readonly messages: (RunTotals & Throughput) | undefined;
  readonly total: RunTotals & Throughput;
}

const HEADINGS = ["", "read", "imported", "refused", "left out", "seconds", "MB/s"] as const;
const MAX_ROWS = 20;
const MIN_NAME_COLUMNS = 20;
/** What is left of a name beside a remark. */
const MIN_NAME_CHARACTERS = 6;
const GAP_COLUMNS = 2;
const NOTHING = {
  records: { read: 0, dropped: 0, unusable: 0, used: 0 },
  events: { produced: 0, imported: 0, rejected: 0 },
  ...{ profiles: ZERO_UPDATES, groups: ZERO_UPDATES },
  bytes: 0,
  seconds: 0,
};

/**
 * A row for each file, one for the messages if there were any, and their total, as lines of text;
 * "" without any row. Of very many files, those are shown that did not go well.
 */
export function resultTable(
  { receipts, skippedFiles, messages, total }: ResultRows,
  { columns }: Pick<TextStyle, "columns">,
): string {
  const files: Row[] = [
    ...receipts.map(receiptRow),
    ...skippedFiles.map(({ name, reason }) => ({ name, state: reason, ...NOTHING })),
  ];
  // What is remarkable must not be among the rows that are left out.
  const sorted = files.toSorted((one, other) => Number(isGood(one)) - Number(isGood(other)));
  const shown = files.length > MAX_ROWS ? sorted.slice(0, MAX_ROWS) : files;
  const rest = files.length - shown.length;
  const rows = [
    ...shown,
    ...(messages === undefined ? [] : [{ name: "messages", state: "", ...messages }]),
  ];
  if (rows.length === 0) return "";
  if (rows.length > 1) rows.push({ name: "total", state: "", ...total });
  const cells = rows.map(toCells);
  const room = Math.max(columns - widthOfNumbers(cells), MIN_NAME_COLUMNS);
  return [
    formatTable(
      [[...HEADINGS], ...rows.map((row, index) => [rowName(row, room), ...(cells[index] ?? [])])],
      ["left", "right"],
    ),
    ...(rest > 0 ? [`The total holds ${formatCount(rest)} more files.`] : []),
  ].join("\n");
}

function receiptRow(receipt: Receipt): Row {
  const { object, state, records, events, profiles, groups, bytes, ...times } = receipt;
  const seconds = (Date.parse(times.finishedAt) - Date.parse(times.startedAt)) / 1000;
  const remark = state === "complete" ? (records.read === 0 ? "empty" : "") : state;
  return { name: object, state: remark, records, events, profiles, groups, bytes, seconds };
}

function isGood(row: Row): boolean {
  const amiss = row.records.unusable + rejectedIn(row) + unconfirmedIn(row);
  return row.state === "" && amiss === 0 && importedIn(row) > 0;
}

/** Names of files differ at their end. */
function rowName(row: Row, columns: number): string {
  const { name, state } = row;
  const unconfirmed = unconfirmedIn(row);
  const remarks = [
    ...(state === "" ? [] : [state]),
    ...(unconfirmed === 0 ? [] : [`${formatCount(unconfirmed)} unconfirmed`]),
  ];
  const remark = remarks.length === 0 ? "" : ` (${remarks.join(", ")})`;
  const room = Math.max(columns - remark.length, MIN_NAME_CHARACTERS);
  const text = printable(name);
  return `${text.length <= room ? text : `…${fit(text.slice(1 - room), room)}`}${remark}`;
}

function toCells(row: Row): string[] {
  const { records, seconds, bytes } = row;
  const counts = [
    records.read,
    importedIn(row),
    records.unusable + rejectedIn(row),
    records.dropped,
  ];
  const rate = seconds > 0 ? (bytes / 1e6 / seconds).toFixed(1) : "-";
  return [...counts.map(formatCount), seconds > 0 ? seconds.toFixed(2) : "-", rate];
}

function widthOfNumbers(rows: readonly (readonly string[])[]): number {
  return HEADINGS.slice(1).reduce((sum, heading, column) => {
    const cells = rows.map((row) => row[column]?.length ?? 0);
    return sum + GAP_COLUMNS + Math.max(heading.length, ...cells);
  }, 0);
}
