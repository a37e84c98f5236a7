import { acceptedIn, refusedIn } from "../../check/check-counts.ts";
import type { FileSummary } from "../../check/check-summary.ts";
import { fit, printable } from "../terminal/fit.ts";
import { formatBytes, formatCount, formatTable } from "../terminal/table.ts";

const HEADINGS = ["", "read", "accepted", "refused", "left out", "size"] as const;
const MAX_ROWS = 20;
/** What the numbers leave of 80 columns. */
const MAX_NAME_COLUMNS = 30;

/** A row for each file, also for an empty one; "" when there is one file and it says nothing. */
export function fileTable(files: readonly FileSummary[]): string {
  if (files.length === 1 && files.every(isUneventful)) return "";
  // What is remarkable must not be among the rows that are left out.
  const sorted = [...files].sort((a, b) => Number(isUneventful(a)) - Number(isUneventful(b)));
  const shown = files.length > MAX_ROWS ? sorted.slice(0, MAX_ROWS) : files;
  const rest = files.length - shown.length;
  return [
    formatTable([[...HEADINGS], ...shown.map(toRow)], ["left", "right"]),
    ...(rest > 0 ? [`and ${formatCount(rest)} more files`] : []),
  ].join("\n");
}

function isUneventful(file: FileSummary): boolean {
  return stateOf(file) === "";
}

function toRow(summary: FileSummary): string[] {
  const { file, records, bytes } = summary;
  const counts = [records.read, acceptedIn(summary), refusedIn(summary), records.dropped];
  const state = stateOf(summary);
  const name = lastPart(printable(file), MAX_NAME_COLUMNS - state.length);
  return [`${name}${state}`, ...counts.map(formatCount), formatBytes(bytes)];
}

function stateOf({ records, isQuarantined, isUnreadable, error }: FileSummary): string {
  if (isUnreadable) return " (unreadable)";
  if (error !== undefined) return " (cut off)";
  if (isQuarantined) return " (quarantined)";
  return records.read === 0 ? " (empty)" : "";
}

/** Names of files differ at their end. */
function lastPart(name: string, columns: number): string {
  return name.length <= columns ? name : `…${fit(name.slice(1 - columns), columns)}`;
}
