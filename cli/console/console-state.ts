import type { StackPageFile, StackPageState } from "../../local/page/page-state.ts";
import type { Connection } from "../stack/connect.ts";
import { isUnread, WHY_UNREAD } from "../stack/unread-receipt.ts";
import type { WaitingMessages } from "../status/entrances.ts";
import type { ObjectRow } from "../status/object-row.ts";
import { describeFirstError, describeProgress } from "../status/object-table.ts";
import { readStatus, type StatusReport } from "../status/read-status.ts";
import { createReceiptReader, secondsOf } from "../status/receipts.ts";
import { formatDuration } from "../terminal/counter.ts";
import { formatCount } from "../terminal/table.ts";

/** Files on the page. */
const LIMIT = 100;
/** Several pages, or an impatient one, cost no more than one. */
const FRESH_MS = 3000;
const FILTER = {
  names: { bucket: undefined, prefix: "" },
  states: new Set<string>(),
  since: -Infinity,
  until: Infinity,
  limit: LIMIT,
  readsAll: false,
} as const;

/**
 * Makes the function that tells what the page shows of a stack.
 *
 * @param activity what goes on with dead letters
 */
export function createConsoleState(
  connection: Connection,
  activity: () => string,
): () => Promise<StackPageState> {
  const read = createReceiptReader(connection);
  let latest: { readonly at: number; readonly report: Promise<StatusReport> } | undefined;
  const report = (): Promise<StatusReport> => {
    const now = performance.now();
    if (latest === undefined || now - latest.at > FRESH_MS) {
      const fresh = { at: now, report: readStatus(connection, FILTER, read) };
      latest = fresh;
      // What failed is tried again at once, and what takes long is not asked for twice.
      fresh.report
        .then(() => {
          latest = { ...fresh, at: performance.now() };
        })
        .catch(() => {
          latest = undefined;
        });
    }
    return latest.report;
  };
  const { title } = connection.stack;
  return async () => ({ ...toPageState(await report(), title), activity: activity() });
}

/** A report as the page shows it. */
export function toPageState(report: StatusReport, title: string): Omit<StackPageState, "activity"> {
  const { objects, counts, backlog, logProblem } = report;
  const { receipts, waiting, importing, skipped } = counts;
  return {
    stack: `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`,
    figures: figuresOf(report),
    files: objects.map(toFile),
    fileCount: receipts + waiting + importing + skipped,
    problem: "problem" in backlog ? backlog.problem : (logProblem ?? ""),
  };
}

function figuresOf({ counts, backlog }: StatusReport): StackPageState["figures"] {
  const waiting = "value" in backlog ? backlog.value : undefined;
  return [
    ["Files with a receipt", formatCount(counts.receipts), ""],
    ["Waiting", formatCount(counts.waiting), ""],
    ["Importing", formatCount(counts.importing), ""],
    figureOf("Messages for files", waiting?.objects),
    figureOf("Messages with events", waiting?.events),
    figureOf("Dead letters", waiting?.deadLetters),
  ];
}

function figureOf(
  what: string,
  waiting: WaitingMessages | undefined,
): readonly [string, string, string] {
  const { delivery, messages, oldestSeconds = 0 } = waiting ?? { messages: undefined };
  const notes: string[] = [];
  if (delivery === "paused") notes.push("paused");
  if (delivery === "missing") notes.push("no such subscription");
  if (oldestSeconds > 0) notes.push(`the oldest for ${formatDuration(oldestSeconds)}`);
  return [what, messages === undefined ? "not known" : formatCount(messages), notes.join(", ")];
}

function toFile(row: ObjectRow): StackPageFile {
  const { bucket, object: name, generation, state, size = 0, receipt, progress, isLive } = row;
  const isRead = receipt !== undefined && !isUnread(state);
  const counts = isRead ? receipt : progress;
  const percent = progress?.percent;
  const first = receipt?.firstError ?? null;
  const started = progress === undefined ? row.detail : describeProgress(progress, row.size);
  return {
    ...{ bucket, name, generation, bytes: size, state, reasons: [] },
    ...(percent !== undefined && { bytesRead: (size * percent) / 100 }),
    ...(counts !== undefined && {
      records: counts.records,
      events: counts.events,
      profiles: counts.profiles,
      groups: counts.groups,
    }),
    ...(isRead && { seconds: secondsOf(receipt) }),
    note: first === null ? (WHY_UNREAD[state] ?? started) : describeFirstError(first),
    canImportAgain: isLive && receipt !== undefined,
  };
}
