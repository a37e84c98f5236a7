import {
  importedByKind,
  importedIn,
  rejectedIn,
  unconfirmedIn,
} from "../../functions/records/counters.ts";
import type { EntryPoint } from "../../functions/settings.ts";
import type { LogLine } from "../../local/functions/log-lines.ts";
import type { DeadLetterGroup } from "../../local/run/dead-letter-groups.ts";
import type { MessageTotals } from "../../local/run/run-log.ts";
import { countsIn } from "../../local/run/run-log.ts";
import { printable } from "../terminal/fit.ts";
import { describeMixed } from "../terminal/kinds.ts";
import type { Meaning } from "../terminal/paint.ts";
import { formatCount } from "../terminal/table.ts";
import { describeProblem } from "./reason-list.ts";

/** A line, and what it means; undefined for news that are neither good nor bad. */
export interface LiveLine {
  readonly text: string;
  readonly meaning: Meaning | undefined;
}

type Counts = Omit<MessageTotals, "messages">;

/** What is not an import, but worth knowing; undefined for the rest. */
export function describeOther(entryPoint: EntryPoint, line: LogLine): LiveLine | undefined {
  const { object, reason, error, severity, message } = line;
  if (typeof object === "string" && typeof reason === "string")
    return {
      text: printable(`${object}: ${message.toLowerCase()}, ${reason}`),
      meaning: "doubtful",
    };
  if (severity !== "ERROR" && severity !== "CRITICAL") return undefined;
  const why = typeof error === "string" ? `, ${error}` : "";
  return { text: printable(`${entryPoint}: ${message}${why}`), meaning: "bad" };
}

/** An object's import in one line, from importObject's own log line. */
export function describeImport(line: LogLine): LiveLine {
  const { state } = line;
  const counts = countsIn(line);
  const isComplete = typeof state !== "string" || state === "complete";
  const ended = isComplete ? "" : ` (${state})`;
  const name = printable(String(line["object"]));
  return {
    text: `${name}${ended}: ${describeCounts(counts)}`,
    meaning: isComplete ? meaningOf(counts) : "bad",
  };
}

/** Messages that were settled together, in one line. */
export function describeMessages(settled: MessageTotals): LiveLine {
  const what = settled.messages === 1 ? "message" : "messages";
  return {
    text: `${formatCount(settled.messages)} ${what}: ${describeCounts(settled)}`,
    meaning: meaningOf(settled),
  };
}

/** Why records went to the dead-letter topic, when that is seen for the first time in a file. */
export function describeFirst(group: DeadLetterGroup): LiveLine {
  const text = `  not imported: ${describeProblem(group)} (${printable(group.sample)})`;
  return { text, meaning: undefined };
}

function meaningOf(counts: Counts): Meaning {
  if (isLost(counts)) return "bad";
  const { unusable } = counts.records;
  return unusable + rejectedIn(counts) + unconfirmedIn(counts) > 0 ? "doubtful" : "good";
}

function isLost(counts: Counts): boolean {
  return counts.records.read > 0 && importedIn(counts) + unconfirmedIn(counts) === 0;
}

function describeCounts(counts: Counts): string {
  const { records } = counts;
  const others = [
    [records.unusable + rejectedIn(counts), "refused"],
    [records.dropped, "left out"],
    [unconfirmedIn(counts), "unconfirmed"],
  ] as const;
  return [
    `${formatCount(records.read)} read`,
    isLost(counts) ? "NOTHING IMPORTED" : describeImported(counts),
    ...others
      .filter(([count]) => count > 0)
      .map(([count, what]) => `${formatCount(count)} ${what}`),
  ].join(", ");
}

function describeImported(counts: Counts): string {
  const kinds = describeMixed(importedByKind(counts));
  return `${formatCount(importedIn(counts))} imported${kinds === "" ? "" : ` (${kinds})`}`;
}
