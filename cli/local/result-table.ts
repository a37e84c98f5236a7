import type { Receipt } from "../../functions/objects/receipt.ts";
import type { RunTotals } from "../../local/run/account.ts";
import type { DeadLetterTotals } from "../../local/run/dead-letter-collector.ts";
import type { Throughput } from "../../local/run/run-result.ts";
import { formatCount, formatTable } from "../terminal/table.ts";

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

/**
 * A row for each object, one for the messages if there were any, and their total, as lines of text;
 * "" without any row.
 */
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
  return formatTable([[...HEADINGS], ...rows.map(toCells)], ["left", "right"]);
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
    formatTable([["records", "reason", "problem", "where"], ...rows], ["right", "left"]),
    ...(rest > 0 ? [`and ${rest} more problems`] : []),
  ].join("\n");
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

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > MAX_ERROR_CHARACTERS ? `${line.slice(0, MAX_ERROR_CHARACTERS)}…` : line;
}
