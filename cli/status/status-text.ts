import type { RecordCounts, SentCounts } from "../../functions/records/counters.ts";
import { formatDuration } from "../terminal/counter.ts";
import { printable, wrap } from "../terminal/fit.ts";
import type { TextStyle } from "../terminal/style.ts";
import { formatBytes, formatCount, formatNumberOf } from "../terminal/table.ts";
import { isUnread } from "../stack/unread-receipt.ts";
import type { StatusReport } from "./read-status.ts";
import { objectTable } from "./object-table.ts";
import type { WaitingMessages } from "./entrances.ts";

const MAX_ATTENTION_SHOWN = 5;

/** What a report is printed with, beside its contents. */
export interface StatusTextOptions extends TextStyle {
  /** `the stack production` */
  readonly title: string;
  readonly landingBucket: string;
  /** Behind `npx --no mixpanel-gcp COMMAND`, so that it means the same stack. */
  readonly stackOptions: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The report for people. */
export function statusText(report: StatusReport, options: StatusTextOptions): string {
  const { paint, columns, now, landingBucket } = options;
  const { objects } = report;
  const table = objectTable(objects, { paint, columns, now, landingBucket });
  return [
    paint("heading", printable(capitalized(options.title))),
    "",
    table === "" ? `No object of gs://${landingBucket} and no receipt is meant.` : table,
    "",
    ...describeCounts(report, options).map((line) => wrap(line, columns, "  ")),
    ...describeTotals(report),
    "",
    ...describeBacklog(report, options).map((line) =>
      line.startsWith("  ") ? line : wrap(line, columns, "  "),
    ),
    ...describeAttention(report, options),
  ].join("\n");
}

function describeCounts({ objects, counts, ...report }: StatusReport, { now }: StatusTextOptions) {
  const { receipts, waiting, importing, skipped, oldestWaiting } = counts;
  const age = oldestWaiting === undefined ? "" : ` (the oldest for ${ageOf(oldestWaiting, now)})`;
  const pending = [
    ...(waiting > 0 ? [`${formatCount(waiting)} waiting${age}`] : []),
    ...(importing > 0 ? [`${formatCount(importing)} importing`] : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
  ];
  const all = receipts + waiting + importing + skipped;
  const shown = objects.length < all ? `, the newest ${formatCount(objects.length)} are shown` : "";
  const kinds = [`${formatCount(receipts)} with a receipt`, ...pending].join(", ");
  return [
    `${formatNumberOf(all, "object")}: ${kinds}${shown}.`,
    ...(waiting > 0 ? describeWaitingObjects(report) : []),
  ];
}

const WAITING_NOTE =
  "Waiting: no receipt yet. What stays so was uploaded before the stack (see backfill)";

/** What waiting may mean, and what else is shown so because nobody may look. */
function describeWaitingObjects({
  logProblem,
  settingsProblem,
}: Pick<StatusReport, "logProblem" | "settingsProblem">): string[] {
  return [
    settingsProblem === undefined
      ? `${WAITING_NOTE}.`
      : `${WAITING_NOTE}, or is left out by includeObjects and excludeObjects, which are not ` +
        `known: ${printable(settingsProblem)}`,
    ...(logProblem === undefined
      ? []
      : [`What is importing is shown as waiting: ${printable(logProblem)}`]),
  ];
}

/** `sum of 48 receipts: …`; nothing without any. */
function describeTotals({ totals, counts }: StatusReport): string[] {
  const { receipts, byState, records } = totals;
  if (receipts === 0) return [];
  const states = Object.entries(byState)
    .sort(([, one], [, other]) => other - one)
    .map(([state, count]) => `${formatCount(count)} ${printable(state)}`);
  const rest =
    receipts < counts.receipts ? ` of ${formatCount(counts.receipts)} (--all reads them)` : "";
  const unread = Object.entries(byState).reduce(
    (sum, [state, count]) => sum + (isUnread(state) ? count : 0),
    0,
  );
  return [
    `Sum of ${formatNumberOf(receipts, "receipt")}${rest}: ${states.join(", ")}`,
    ...(unread === 0 ? [] : [`  without what ${formatCount(unread)} of them count: not readable`]),
    ...describeCounters(totals).map((line) => `  ${line}`),
    `  ${formatBytes(totals.bytes)} of contents, ${formatNumberOf(records.read, "record")}`,
  ];
}

/** A line for records, and one for each kind that there is. */
export function describeCounters(counts: SentCounts & { readonly records: RecordCounts }) {
  const { records, events, profiles, groups } = counts;
  const kinds = [
    ["events", { ...events, unconfirmed: 0 }],
    ["users", profiles],
    ["groups", groups],
  ] as const;
  return [
    `records  ${formatCount(records.read)} read, ${formatCount(records.dropped)} left out, ` +
      `${formatCount(records.unusable)} unusable`,
    ...kinds
      .filter(([kind, { produced }]) => produced > 0 || kind === "events")
      .map(
        ([kind, { imported, rejected, unconfirmed }]) =>
          `${kind.padEnd(7)}  ${formatCount(imported)} imported, ${formatCount(rejected)} rejected` +
          (unconfirmed === 0 ? "" : `, ${formatCount(unconfirmed)} unconfirmed`),
      ),
  ];
}

function describeBacklog({ backlog }: StatusReport, { paint, stackOptions }: StatusTextOptions) {
  if ("problem" in backlog) return [`Backlog: not known. ${printable(backlog.problem)}`];
  const { objects, events, deadLetters } = backlog.value;
  const dead = deadLetters.messages ?? 0;
  // A command that is wrapped would be two when it is pasted.
  const replay = dead > 0 ? [`  npx --no mixpanel-gcp replay${stackOptions} --dry-run`] : [];
  return [
    `Objects       ${describeWaiting(objects)}`,
    `Events        ${describeWaiting(events)}`,
    paint(dead > 0 ? "doubtful" : "aside", `Dead letters  ${describeWaiting(deadLetters)}`),
    ...replay,
  ];
}

/** `12 messages wait, the oldest for 3 min; paused` */
export function describeWaiting({ delivery, messages, oldestSeconds }: WaitingMessages): string {
  if (delivery === "missing") return "there is no such subscription";
  const count =
    messages === undefined
      ? "number of waiting messages not known yet"
      : `${formatNumberOf(messages, "message")} ${messages === 1 ? "waits" : "wait"}`;
  const isOld = oldestSeconds !== undefined && oldestSeconds > 0 && messages !== 0;
  const age = isOld ? `, the oldest for ${formatDuration(oldestSeconds)}` : "";
  return `${count}${age}${delivery === "paused" ? "; paused: nothing is pushed" : ""}`;
}

function describeAttention(
  { attention, attentionCount }: StatusReport,
  { paint, columns }: StatusTextOptions,
) {
  if (attentionCount === 0) return [];
  const shown = attention.slice(0, MAX_ATTENTION_SHOWN);
  const rest = attentionCount - shown.length;
  return [
    "",
    ...shown.map((sentence) => paint("bad", wrap(printable(sentence), columns, "  "))),
    ...(rest > 0 ? [`and ${formatCount(rest)} more that need attention`] : []),
  ];
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** `3 h 20 min`; "" without a time. */
export function ageOf(at: string, now: number): string {
  const ms = now - Date.parse(at);
  return Number.isNaN(ms) ? "" : formatDuration(Math.max(ms, 0) / 1000);
}
