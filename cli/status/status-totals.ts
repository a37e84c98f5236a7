import type { Receipt } from "../../functions/objects/receipt.ts";
import {
  addUpdates,
  importedIn,
  isBalanced,
  unconfirmedIn,
  ZERO_COUNTERS,
  type EventCounts,
  type RecordCounts,
  type UpdateCounts,
} from "../../functions/records/counters.ts";
import { WHY_UNREAD } from "../stack/unread-receipt.ts";
import { addEventCounts, addRecordCounts } from "../../local/run/run-log.ts";

/** What receipts add up to. */
export interface StatusTotals {
  /** Receipts that were read. */
  readonly receipts: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly records: RecordCounts;
  readonly events: EventCounts;
  readonly profiles: UpdateCounts;
  readonly groups: UpdateCounts;
  /** Uncompressed. */
  readonly bytes: number;
}

const { records, events, profiles, groups } = ZERO_COUNTERS;
export const NO_TOTALS: StatusTotals = {
  ...{ receipts: 0, byState: {}, bytes: 0, records, profiles, groups },
  events: { produced: events.produced, imported: events.imported, rejected: events.rejected },
};

/** The sum of both. */
export function addReceipt(totals: StatusTotals, receipt: Receipt): StatusTotals {
  const { state } = receipt;
  return {
    receipts: totals.receipts + 1,
    byState: { ...totals.byState, [state]: (totals.byState[state] ?? 0) + 1 },
    records: addRecordCounts(totals.records, receipt.records),
    events: addEventCounts(totals.events, receipt.events),
    profiles: addUpdates(totals.profiles, receipt.profiles),
    groups: addUpdates(totals.groups, receipt.groups),
    bytes: totals.bytes + receipt.bytes,
  };
}

const SENTENCES: Readonly<Record<string, string>> = {
  quarantined: "was quarantined: most of its first records were refused",
  unreadable: "cannot be read: its dead letter says what it is, and what to do",
  truncated: "is cut off: what was readable is imported",
  deleted: "was deleted before it was imported",
  ...WHY_UNREAD,
};

/** Why a receipt needs attention, to be put behind the object's name; undefined: it does not. */
export function attentionOf(receipt: Receipt): string | undefined {
  const { state } = receipt;
  if (!isBalanced(receipt)) return "does not add up: its counts contradict each other";
  if (state === "superseded") return undefined;
  if (state !== "complete") return SENTENCES[state] ?? `is ${state}`;
  const isNothing = receipt.records.read > 0 && importedIn(receipt) + unconfirmedIn(receipt) === 0;
  if (!isNothing) return undefined;
  const isDropped = receipt.records.dropped === receipt.records.read;
  return `was not imported: ${isDropped ? "the transform left all of it out" : "all of it was refused"}`;
}
