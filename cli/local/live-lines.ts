import type { EntryPoint } from "../../functions/settings.ts";
import type { LogLine } from "../../local/functions/log-lines.ts";
import type { DeadLetterGroup } from "../../local/run/dead-letter-collector.ts";
import type { MessageTotals } from "../../local/run/run-log.ts";
import { countsIn } from "../../local/run/run-log.ts";
import { formatCount } from "../terminal/table.ts";

/** What is not an import, but worth knowing; undefined for the rest. */
export function describeOther(entryPoint: EntryPoint, line: LogLine): string | undefined {
  const { object, reason, error, severity, message } = line;
  if (typeof object === "string" && typeof reason === "string")
    return `${object}: ${message.toLowerCase()}, ${reason}`;
  if (severity !== "ERROR" && severity !== "CRITICAL") return undefined;
  return `${entryPoint}: ${message}${typeof error === "string" ? `, ${error}` : ""}`;
}

/** An object's import in one line, from importObject's own log line. */
export function describeImport(line: LogLine): string {
  const { state } = line;
  const ended = typeof state !== "string" || state === "complete" ? "" : ` (${state})`;
  return `${String(line["object"])}${ended}: ${describeCounts(countsIn(line))}`;
}

/** Messages that were settled together, in one line. */
export function describeMessages(settled: MessageTotals): string {
  const what = settled.messages === 1 ? "message" : "messages";
  return `${formatCount(settled.messages)} ${what}: ${describeCounts(settled)}`;
}

/** Why records went to the dead-letter topic, when that is seen for the first time. */
export function describeProblem({ reason, field, error, sample }: DeadLetterGroup): string {
  const problem = [field, error].filter((text) => text !== "").join(": ");
  return `  not imported: ${reason}, ${problem} (${sample})`;
}

function describeCounts({ records, events }: Pick<MessageTotals, "records" | "events">): string {
  const others = [
    [events.rejected, "rejected"],
    [records.unusable, "unusable"],
    [records.dropped, "dropped"],
  ] as const;
  return [
    `${formatCount(records.read)} read`,
    `${formatCount(events.imported)} imported`,
    ...others
      .filter(([count]) => count > 0)
      .map(([count, what]) => `${formatCount(count)} ${what}`),
  ].join(", ");
}
