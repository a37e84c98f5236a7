import { isObject } from "../../functions/platform/json.ts";
import { unreadState } from "../stack/unread-receipt.ts";
import type { EventCounts, RecordCounts, UpdateCounts } from "../../functions/records/counters.ts";

/** What is read of a receipt. */
type ReceiptFields = Readonly<Record<string, unknown>>;

/** What the receipts of a backfill say together. */
export interface ReceiptTotals {
  /** Receipts by state. */
  readonly states: Readonly<Record<string, number>>;
  readonly records: RecordCounts;
  readonly events: EventCounts;
  readonly profiles: UpdateCounts;
  readonly groups: UpdateCounts;
  /** Objects of which something needs attention: the first of them, and how many there are. */
  readonly notInOrder: {
    readonly count: number;
    /** By state; `nothing imported` of one that is complete. */
    readonly states: Readonly<Record<string, number>>;
    readonly first: readonly NotInOrder[];
  };
}

/** An object that is not imported as it should be, or of which nobody can tell. */
export interface NotInOrder {
  readonly object: string;
  /** Of its receipt; or `no receipt`, `no new receipt`, `waiting`, `not known`. */
  readonly state: string;
  /** `invalid properties.time, line 12`; "" when the receipt has none. */
  readonly firstError: string;
}

export interface ReceiptTally {
  add(object: string, receipt: ReceiptFields): void;
  /** Of an object that has none, though it should. */
  addMissing(
    object: string,
    state: "no receipt" | "no new receipt" | "waiting" | "not known",
  ): void;
  totals(): ReceiptTotals;
}

const MAX_NAMED = 20;

/** Adds receipts up, but for those that cannot be read: they are not in order. */
export function createReceiptTally(): ReceiptTally {
  const states = new Map<string, number>();
  const records = { read: 0, dropped: 0, unusable: 0, used: 0 };
  const events = { produced: 0, imported: 0, rejected: 0 };
  const profiles = { produced: 0, imported: 0, rejected: 0, unconfirmed: 0 };
  const groups = { produced: 0, imported: 0, rejected: 0, unconfirmed: 0 };
  const first: NotInOrder[] = [];
  const badStates = new Map<string, number>();
  let count = 0;
  const name = (one: NotInOrder): void => {
    count++;
    const state = one.state === "complete" ? "nothing imported" : one.state;
    badStates.set(state, (badStates.get(state) ?? 0) + 1);
    if (first.length < MAX_NAMED) first.push(one);
  };
  return {
    add: (object, receipt) => {
      const unread = unreadState(receipt);
      const state = unread ?? String(receipt["state"]);
      states.set(state, (states.get(state) ?? 0) + 1);
      if (unread !== undefined) {
        name({ object, state, firstError: "" });
        return;
      }
      addTo(records, receipt["records"]);
      addTo(events, receipt["events"]);
      addTo(profiles, receipt["profiles"]);
      addTo(groups, receipt["groups"]);
      // Of what is superseded, the newer generation has been announced by itself.
      const isInOrder = state === "complete" ? !isNothingImported(receipt) : state === "superseded";
      if (isInOrder) return;
      name({ object, state, firstError: describeFirstError(receipt["firstError"]) });
    },
    addMissing: (object, state) => {
      name({ object, state, firstError: "" });
    },
    totals: () => ({
      states: Object.fromEntries(states),
      records: { ...records },
      events: { ...events },
      profiles: { ...profiles },
      groups: { ...groups },
      notInOrder: { count, states: Object.fromEntries(badStates), first: [...first] },
    }),
  };
}

function addTo(sums: Record<string, number>, counts: unknown): void {
  for (const field of Object.keys(sums)) sums[field] = (sums[field] ?? 0) + countOf(counts, field);
}

/** Though there were records, and even if each of them is a dead letter. */
function isNothingImported(receipt: ReceiptFields): boolean {
  const stored = ["events", "profiles", "groups"].reduce(
    (sum, kind) => sum + countOf(receipt[kind], "imported") + countOf(receipt[kind], "unconfirmed"),
    0,
  );
  return countOf(receipt["records"], "read") > 0 && stored === 0;
}

function countOf(counts: unknown, field: string): number {
  const value = isObject(counts) ? counts[field] : 0;
  return typeof value === "number" ? value : 0;
}

function describeFirstError(error: unknown): string {
  if (!isObject(error)) return "";
  const { reason, field, line } = error;
  const said = [reason, field].filter((part) => typeof part === "string" && part !== "").join(" ");
  return typeof line === "number" && line > 0 ? `${said}, line ${line}` : said;
}
