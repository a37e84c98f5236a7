import { formatTable } from "../../cli/terminal/table.ts";
import type { CaseResult } from "./measure-case.ts";

const HEADINGS = [
  "messages",
  "× empty",
  "CPU/message",
  "messages/s",
  "requests",
  "events/request",
  "p50 ms",
  "p99 ms",
  "peak MB",
  "responses",
];

/** Ratios first: absolute figures are of this machine and moment. */
export function messagesTable(results: readonly CaseResult[]): string {
  const rows = results.map((result) => [
    result.name,
    ratioToEmpty(results, result)?.toFixed(2) ?? "-",
    `${cpuMicros(result).toFixed(0)} µs`,
    messagesPerSecond(result).toFixed(0),
    String(result.mixpanel.requests),
    eventsPerRequest(result)?.toFixed(0) ?? "-",
    String(result.pushed.p50),
    String(result.pushed.p99),
    (result.usage.peakMemoryBytes / 1e6).toFixed(0),
    Object.entries(result.pushed.statuses)
      .map(([status, count]) => `${count} × ${status}`)
      .join(", "),
  ]);
  return formatTable([HEADINGS, ...rows], ["left", "right"]);
}

/**
 * CPU per message in terms of an empty handler's; undefined for messages of many records, which
 * are more work.
 */
export function ratioToEmpty(
  results: readonly CaseResult[],
  result: CaseResult,
): number | undefined {
  const yardstick = results.find(({ target }) => target === "empty");
  if (yardstick === undefined || result.eventsPerMessage > 1 || result.hostileRecords > 0)
    return undefined;
  return cpuMicros(result) / cpuMicros(yardstick);
}

export function messagesPerSecond({ messages, pushed }: CaseResult): number {
  return messages / pushed.seconds;
}

/** Undefined when there was no request. */
export function eventsPerRequest({ mixpanel }: CaseResult): number | undefined {
  return mixpanel.requests === 0 ? undefined : mixpanel.eventsStored / mixpanel.requests;
}

function cpuMicros({ usage, messages }: CaseResult): number {
  return (usage.cpuSeconds / messages) * 1e6;
}
