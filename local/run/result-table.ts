import type { Receipt } from "../../functions/objects/receipt.ts";
import type { RunTotals } from "./account.ts";
import type { DeadLetterTotals } from "./dead-letter-collector.ts";

/** What importing something took. */
export interface Throughput {
  /** 0 where it means nothing, as for messages that came now and then. */
  readonly seconds: number;
  /** Uncompressed. */
  readonly bytes: number;
}

type Row = RunTotals & Throughput & { readonly name: string };

const HEADINGS = [
  "",
  "read",
  "imported",
  "rejected",
  "unusable",
  "dropped",
  "seconds",
  "MB/s",
] as const;
const MAX_NAME_CHARACTERS = 40;
const MAX_REASONS = 10;
const MAX_ERROR_CHARACTERS = 100;

/** A row for each object, one for the messages if there were any, and their total, as lines of text; "" without any row. */
export function resultTable(
  receipts: readonly Receipt[],
  messages: (RunTotals & Throughput) | undefined,
  total: RunTotals & Throughput,
): string {
  const rows: Row[] = receipts.map((receipt) => ({
    name: rowName(receipt),
    records: receipt.records,
    events: receipt.events,
    bytes: receipt.bytes,
    seconds: (Date.parse(receipt.finishedAt) - Date.parse(receipt.startedAt)) / 1000,
  }));
  if (messages) rows.push({ name: "messages", ...messages });
  if (rows.length === 0) return "";
  if (rows.length > 1) rows.push({ name: "total", ...total });
  return alignColumns([[...HEADINGS], ...rows.map(toCells)]);
}

/** Why records were not imported, most frequent reason first; "" when all were. */
export function reasonTable({ groups }: DeadLetterTotals): string {
  if (groups.length === 0) return "";
  const rows = groups
    .slice(0, MAX_REASONS)
    .map(({ records, reason, field, error, sample }) => [
      formatCount(records),
      reason,
      [field, shorten(error)].filter((text) => text !== "").join(": "),
      `e.g. ${sample}`,
    ]);
  const rest = groups.length - rows.length;
  return [
    alignColumns([["records", "reason", "problem", "where"], ...rows], ["right"]),
    ...(rest > 0 ? [`and ${rest} more problems`] : []),
  ].join("\n");
}

/** 1234567 as `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

function rowName({ object, state }: Receipt): string {
  const short =
    object.length > MAX_NAME_CHARACTERS ? `…${object.slice(1 - MAX_NAME_CHARACTERS)}` : object;
  return state === "complete" ? short : `${short} (${state})`;
}

function toCells({ name, records, events, seconds, bytes }: Row): string[] {
  const counts = [
    records.read,
    events.imported,
    events.rejected,
    records.unusable,
    records.dropped,
  ];
  const rate = seconds > 0 ? (bytes / 1e6 / seconds).toFixed(1) : "-";
  return [name, ...counts.map(formatCount), seconds > 0 ? seconds.toFixed(2) : "-", rate];
}

/** Columns two spaces apart; the first is aligned left unless `first` says otherwise, numbers right. */
function alignColumns(
  rows: readonly (readonly string[])[],
  first: readonly "right"[] = [],
): string {
  const isText = first.length > 0;
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const isLeft = isText ? column > 0 : column === 0;
          return isLeft ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > MAX_ERROR_CHARACTERS ? `${line.slice(0, MAX_ERROR_CHARACTERS)}…` : line;
}
