import { fit, printable, wrap } from "../terminal/fit.ts";
import type { TextStyle } from "../terminal/style.ts";
import { formatCount, formatNumberOf, formatTable } from "../terminal/table.ts";
import { isUnread, WHY_UNREAD } from "../stack/unread-receipt.ts";
import { describeOutcome } from "../terminal/verdict.ts";
import type { NotInOrder, ReceiptTotals } from "./receipt-tally.ts";
import type { BackfillResult } from "./run-backfill.ts";

/** How a backfill ended, as lines of text. */
export function formatResult(
  result: BackfillResult,
  { total, continueWith }: { readonly total: number; readonly continueWith: string },
  style: TextStyle,
): string {
  const { receipts } = result;
  const isEarly = result.isInterrupted || result.failure !== undefined;
  return [
    ...(receipts.notInOrder.count === 0 ? [] : [formatNotInOrder(receipts, style)]),
    formatCounts(result, total),
    ...(result.waiting === 0 ? [] : [formatWaiting(result, style)]),
    ...(result.unknown === 0 ? [] : [formatUnknown(result, style)]),
    ...(readIn(receipts) === 0 ? [] : [formatOutcome(result, style)]),
    ...(isEarly ? [formatEarly(result, continueWith, style)] : []),
  ].join("\n\n");
}

/** Whether there is nothing to look after. `strict`: not even a refused record. */
export function isInOrder(
  { receipts, withoutReceipt, unknown, waiting, failure, isInterrupted }: BackfillResult,
  strict: boolean,
): boolean {
  const isEarly = isInterrupted || failure !== undefined;
  const isOver = !isEarly && withoutReceipt + unknown + waiting === 0;
  return isOver && receipts.notInOrder.count === 0 && !(strict && refusedIn(receipts) > 0);
}

/** What to do about what is in a state, or what that means. */
const REMEDIES: Readonly<Record<string, string>> = {
  quarantined: "--again --quarantine off imports a quarantined object all the same.",
  ...Object.fromEntries(
    Object.entries(WHY_UNREAD).map(([state, why]) => [state, `What is ${state} ${why}.`]),
  ),
};

function formatNotInOrder(
  { notInOrder, states }: ReceiptTotals,
  { columns, paint }: TextStyle,
): string {
  const { count, first } = notInOrder;
  const toRow = ({ object, state, firstError }: NotInOrder): string[] => [
    `  ${state === "complete" ? "nothing imported" : state}`,
    printable(object),
    printable(firstError),
  ];
  const lines = formatTable(first.map(toRow), ["left"])
    .split("\n")
    .map((line) => fit(line, columns));
  const more = count > first.length ? [`  and ${formatCount(count - first.length)} more`] : [];
  const remedies = Object.entries(REMEDIES)
    .filter(([state]) => (states[state] ?? 0) > 0)
    .map(([, remedy]) => wrap(remedy, columns));
  return [paint("bad", "Not in order"), ...lines, ...more, ...remedies].join("\n");
}

function formatCounts(
  {
    announced,
    finished,
    skipped,
    withoutReceipt,
    unknown,
    waiting,
    gone,
    receipts,
  }: BackfillResult,
  total: number,
): string {
  const states = Object.entries(receipts.states).map(
    ([state, count]) => `${formatCount(count)} ${state}`,
  );
  const onTheirWay = announced - finished - skipped - withoutReceipt - unknown - waiting;
  return [
    `${formatCount(finished)} of ${formatNumberOf(total, "object")} done` +
      (states.length === 0 ? "." : `: ${states.join(", ")}.`),
    ...(onTheirWay > 0 ? [`${formatCount(onTheirWay)} announced and on their way.`] : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} skipped by the function, as its log says.`] : []),
    ...(withoutReceipt > 0
      ? [
          `${formatCount(withoutReceipt)} without a ${"no new receipt" in receipts.notInOrder.states ? "new " : ""}receipt, though nothing waits any more: given up by Pub/Sub`,
          "(look with replay --dry-run), or skipped.",
        ]
      : []),
    ...(waiting > 0 ? [`${formatCount(waiting)} without a receipt in time: still waiting.`] : []),
    ...(unknown > 0 ? [`${formatCount(unknown)} without a receipt in time: not known.`] : []),
    ...(gone > 0 ? [`${formatCount(gone)} deleted or replaced meanwhile: not announced.`] : []),
  ].join("\n");
}

/** What is waited for no longer, why, and what to do about it. */
function formatWaiting({ waitingWhy }: BackfillResult, { columns, paint }: TextStyle): string {
  const text =
    "An object that is still waiting may be imported yet, or be skipped: that is not told as long " +
    `as ${printable(waitingWhy)}.`;
  const remedy =
    "See what waits: status --state waiting, and why: the alert for messages that wait too long " +
    "in docs/operate.md. Then run the same command again: what has a receipt by then is skipped.";
  return `${paint("doubtful", wrap(text, columns))}\n${wrap(remedy, columns)}`;
}

/** What is not known, why, and what to do about it. */
function formatUnknown({ unknownWhy }: BackfillResult, { columns, paint }: TextStyle): string {
  const text =
    "An object without a receipt may be imported yet, be skipped, or be given up by Pub/Sub: what " +
    `waits is not known. ${printable(unknownWhy.replace(/\.$/, ""))}.`;
  const remedy =
    "With roles/monitoring.viewer and roles/logging.viewer backfill would know. Until then look " +
    "with status gs://BUCKET/NAME later, or run the same command again: what has a receipt then " +
    "is skipped.";
  return `${paint("doubtful", wrap(text, columns))}\n${wrap(remedy, columns)}`;
}

/** Receipts whose counts are known. */
function readIn({ states }: ReceiptTotals): number {
  return Object.entries(states).reduce(
    (sum, [state, count]) => sum + (isUnread(state) ? 0 : count),
    0,
  );
}

function formatOutcome({ receipts }: BackfillResult, { paint }: TextStyle): string {
  const { records, events, profiles, groups, states } = receipts;
  const text = describeOutcome(
    {
      read: records.read,
      imported: events.imported + profiles.imported + groups.imported,
      refused: refusedIn(receipts),
      leftOut: records.dropped,
      unconfirmed: profiles.unconfirmed + groups.unconfirmed,
      isDamaged: (states["truncated"] ?? 0) + (states["unreadable"] ?? 0) > 0,
    },
    "imported",
  );
  return paint(refusedIn(receipts) === 0 ? "good" : "doubtful", text);
}

function refusedIn({ records, events, profiles, groups }: ReceiptTotals): number {
  return records.unusable + events.rejected + profiles.rejected + groups.rejected;
}

function formatEarly(
  { isInterrupted }: BackfillResult,
  continueWith: string,
  { paint }: TextStyle,
): string {
  const why = isInterrupted ? "Interrupted" : "Stopped by an error";
  return `${paint("doubtful", why)}: what was announced goes on by itself. Continue:\n  ${printable(continueWith)}`;
}
