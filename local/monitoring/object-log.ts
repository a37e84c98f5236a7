import type { EntryPoint } from "../../functions/settings.ts";
import type { LogLine } from "../functions/log-lines.ts";

/** As much of https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry as is there. */
export interface LogEntry {
  /** RFC 3339 */
  readonly timestamp: string;
  readonly severity: string;
  readonly jsonPayload: LogLine;
}

/** What was logged about objects lately. */
export interface ObjectLog {
  /** Lines that name no object are ignored. */
  readonly onLine: (entryPoint: EntryPoint, line: LogLine) => void;
  /** The entries that a filter of Cloud Logging means, newest first; at most 1,000. */
  readonly find: (filter: string) => readonly LogEntry[];
}

const KEPT_ENTRIES = 10_000;
/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list, `pageSize` */
const MAX_FOUND = 1000;

/** @param wallNow milliseconds since 1970 */
export function createObjectLog(wallNow: () => number): ObjectLog {
  const entries: LogEntry[] = [];
  return {
    onLine: (entryPoint, line) => {
      if (entryPoint !== "importObject" || typeof line["object"] !== "string") return;
      const timestamp = new Date(wallNow()).toISOString();
      entries.push({ timestamp, severity: line.severity, jsonPayload: line });
      if (entries.length > 2 * KEPT_ENTRIES) entries.splice(0, KEPT_ENTRIES);
    },
    find: (filter) => entries.filter(isMeant(filter)).reverse().slice(0, MAX_FOUND),
  };
}

/** `field="text"` and `field=("one" OR "other")` are followed, and the beginning of the time. */
function isMeant(filter: string): (entry: LogEntry) => boolean {
  const wanted = ["message", "bucket", "object"].map(
    (field) => [field, valuesOf(field, filter)] as const,
  );
  const [since = ""] = textsIn(/timestamp>=("[^"]*")/.exec(filter)?.[1] ?? "");
  return ({ timestamp, jsonPayload }) =>
    timestamp >= since &&
    wanted.every(
      ([field, values]) => values === undefined || values.includes(String(jsonPayload[field])),
    );
}

function valuesOf(field: string, filter: string): readonly string[] | undefined {
  const text = /"(?:[^"\\]|\\.)*"/.source;
  const any = new RegExp(`jsonPayload\\.${field}=(\\((?:${text}|[^")])*\\)|${text})`);
  const [, values] = any.exec(filter) ?? [];
  return values === undefined ? undefined : textsIn(values);
}

function textsIn(text: string): readonly string[] {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([quoted]) => String(JSON.parse(quoted)));
}
