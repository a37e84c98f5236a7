import {
  addUpdates,
  type EventCounts,
  type RecordCounts,
  type UpdateCounts,
} from "../../functions/records/counters.ts";
import type { EntryPoint } from "../../functions/settings.ts";
import type { LogLine } from "../functions/log-lines.ts";

/** What importMessages counted, in all. */
export interface MessageTotals {
  readonly messages: number;
  readonly records: RecordCounts;
  readonly events: EventCounts;
  readonly profiles: UpdateCounts;
  readonly groups: UpdateCounts;
}

/** An object that importObject reported as done. */
export interface FinishedObject {
  readonly object: string;
  readonly generation: string;
}

/** An object that importObject left alone: a folder, a part of an upload, or one not meant. */
export interface SkippedObject extends FinishedObject {
  /** `SkipReason` (functions/objects/skip.ts) */
  readonly reason: string;
}

export interface RunLog {
  readonly onLine: (entryPoint: EntryPoint, line: LogLine) => void;
  messageTotals(): MessageTotals;
  skipped(): readonly SkippedObject[];
  /** Message of the first CRITICAL line: a person has to act, retrying does not help. */
  readonly critical: Promise<string>;
}

/** Who is told of what happens. */
export interface RunLogListeners {
  readonly onObject?: (object: FinishedObject, line: LogLine) => void;
  readonly onMessages?: (settled: MessageTotals) => void;
  /** Any other line. */
  readonly onOther?: (entryPoint: EntryPoint, line: LogLine) => void;
}

/** Makes sense of what the functions log. */
export function createRunLog(listeners: RunLogListeners = {}): RunLog {
  let totals = countsIn({});
  const skipped: SkippedObject[] = [];
  let reportCritical: (message: string) => void = () => undefined;
  const critical = new Promise<string>((resolve) => {
    reportCritical = resolve;
  });

  const onLine = (entryPoint: EntryPoint, line: LogLine): void => {
    if (line.severity === "CRITICAL") reportCritical(line.message);
    if (line.message === "Import complete") {
      const { object, generation } = line;
      listeners.onObject?.({ object: String(object), generation: String(generation) }, line);
    } else if (line.message === "Messages settled") {
      const settled = countsIn(line);
      totals = addCounters(totals, settled);
      listeners.onMessages?.(settled);
    } else {
      const { object, generation, reason } = line;
      if (line.message === "Object skipped")
        skipped.push({
          object: String(object),
          generation: String(generation),
          reason: String(reason),
        });
      listeners.onOther?.(entryPoint, line);
    }
  };
  return { onLine, messageTotals: () => totals, skipped: () => skipped, critical };
}

/** The counters in the fields of a log line; what is missing, or is not a number, is 0. */
export function countsIn(fields: Readonly<Record<string, unknown>>): MessageTotals {
  const records = numbersIn(fields["records"]);
  const events = numbersIn(fields["events"]);
  return {
    messages: numberOf(fields["messages"]),
    records: {
      read: records("read"),
      dropped: records("dropped"),
      unusable: records("unusable"),
      used: records("used"),
    },
    events: {
      produced: events("produced"),
      imported: events("imported"),
      rejected: events("rejected"),
    },
    profiles: updatesIn(fields["profiles"]),
    groups: updatesIn(fields["groups"]),
  };
}

function updatesIn(value: unknown): UpdateCounts {
  const updates = numbersIn(value);
  return {
    produced: updates("produced"),
    imported: updates("imported"),
    rejected: updates("rejected"),
    unconfirmed: updates("unconfirmed"),
  };
}

function numbersIn(value: unknown): (key: string) => number {
  const entries = new Map<string, unknown>(Object.entries(value ?? {}));
  return (key) => numberOf(entries.get(key));
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

function addCounters(one: MessageTotals, other: MessageTotals): MessageTotals {
  return {
    messages: one.messages + other.messages,
    records: addRecordCounts(one.records, other.records),
    events: addEventCounts(one.events, other.events),
    profiles: addUpdates(one.profiles, other.profiles),
    groups: addUpdates(one.groups, other.groups),
  };
}

/** Field by field. */
export function addRecordCounts(one: RecordCounts, other: RecordCounts): RecordCounts {
  return {
    read: one.read + other.read,
    dropped: one.dropped + other.dropped,
    unusable: one.unusable + other.unusable,
    used: one.used + other.used,
  };
}

/** Field by field. */
export function addEventCounts(one: EventCounts, other: EventCounts): EventCounts {
  return {
    produced: one.produced + other.produced,
    imported: one.imported + other.imported,
    rejected: one.rejected + other.rejected,
  };
}
