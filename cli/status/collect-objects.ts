import type { Receipt } from "../../functions/objects/receipt.ts";
import type { Connection } from "../stack/connect.ts";
import { joinObjects, type JoinedObject, type NamePrefix } from "./joined-objects.ts";
import { createNewest } from "./newest.ts";
import {
  PENDING_STATES,
  pendingRow,
  pendingState,
  receiptRow,
  type ObjectRow,
  type PendingKnowledge,
} from "./object-row.ts";
import type { ReadReceipt } from "./receipts.ts";
import { addReceipt, attentionOf, NO_TOTALS, type StatusTotals } from "./status-totals.ts";

/** Which objects are looked at. */
export interface StatusFilter {
  readonly names: NamePrefix;
  /** States; empty: any. */
  readonly states: ReadonlySet<string>;
  /** Milliseconds since 1970, of a row's `at`. */
  readonly since: number;
  readonly until: number;
  /** Rows, the newest. */
  readonly limit: number;
  /** Every receipt is read, not only those of the rows. */
  readonly readsAll: boolean;
}

/** What was found. */
export interface CollectedObjects {
  /** Newest first. */
  readonly objects: readonly ObjectRow[];
  /** Of all that are looked at, shown or not. */
  readonly counts: {
    readonly receipts: number;
    readonly waiting: number;
    readonly importing: number;
    readonly skipped: number;
    /** RFC 3339: since when the oldest one waits; undefined: none does. */
    readonly oldestWaiting: string | undefined;
  };
  /** Of the receipts that were read: those of the rows, or all. */
  readonly totals: StatusTotals;
  /** What needs attention, in one sentence each; at most 100. */
  readonly attention: readonly string[];
  /** Of all that needs it. */
  readonly attentionCount: number;
}

export interface CollectOptions {
  readonly filter: StatusFilter;
  readonly read: ReadReceipt;
  readonly known: PendingKnowledge;
  /** Is told of every object that is looked at. */
  readonly onObject: () => void;
}

/** As many as connections are kept to a service (check/google-access.ts). */
const CONCURRENT_READS = 32;
const CHUNK = 512;
const MAX_ATTENTION = 100;

/**
 * Looks at all objects that a filter means.
 *
 * @throws RefusedError, UnavailableError
 */
export async function collectObjects(
  connection: Connection,
  collecting: CollectOptions,
): Promise<CollectedObjects> {
  const { filter, onObject } = collecting;
  const isMeant = meansObject(filter);
  const readsEach = filter.readsAll || [...filter.states].some((state) => !isPending(state));
  const collector = new StatusCollector(collecting, readsEach);
  let chunk: JoinedObject[] = [];
  for await (const joined of joinObjects(connection, filter.names)) {
    onObject();
    if (isMeant(joined)) chunk.push(joined);
    if (chunk.length < CHUNK) continue;
    await collector.add(chunk);
    chunk = [];
  }
  await collector.add(chunk);
  return await collector.finish();
}

function meansObject({ since, until }: StatusFilter): (joined: JoinedObject) => boolean {
  return (joined) => {
    const at = Date.parse(atOf(joined));
    return !(at < since || at > until);
  };
}

function atOf({ uploaded, receipt }: JoinedObject): string {
  return receipt?.timeCreated ?? uploaded?.timeCreated ?? "";
}

function isPending(state: string): boolean {
  return PENDING_STATES.some((pending) => pending === state);
}

/** Counts objects, and keeps the newest. */
class StatusCollector {
  readonly #collecting: CollectOptions;
  readonly #readsEach: boolean;
  readonly #newest;
  readonly #counts = { receipts: 0, waiting: 0, importing: 0, skipped: 0 };
  #oldestWaiting: string | undefined;
  #totals = NO_TOTALS;
  readonly #attention: string[] = [];
  #attentionCount = 0;

  constructor(collecting: CollectOptions, readsEach: boolean) {
    this.#collecting = collecting;
    this.#readsEach = readsEach;
    this.#newest = createNewest<{ readonly joined: JoinedObject; readonly receipt?: Receipt }>(
      collecting.filter.limit,
      ({ joined }) => Date.parse(atOf(joined)),
    );
  }

  async add(objects: readonly JoinedObject[]): Promise<void> {
    const { states } = this.#collecting.filter;
    const receipts = this.#readsEach
      ? await readReceipts(objects, this.#collecting.read)
      : objects.map(() => undefined);
    for (const [index, joined] of objects.entries()) {
      const receipt = receipts[index];
      if (joined.receipt === undefined) this.#addPending(joined);
      else if (receipt !== undefined) this.#addReceipt(joined, receipt);
      else if (!this.#readsEach && states.size === 0) {
        this.#counts.receipts++;
        this.#newest.add({ joined });
      }
    }
  }

  #addPending(joined: JoinedObject): void {
    const { states } = this.#collecting.filter;
    const state = pendingState(joined, this.#collecting.known);
    const { timeDeleted, timeCreated = "" } = joined.uploaded ?? {};
    // Parts of uploads are deleted once they are put together, and kept as versions: nobody waits.
    const isLeftOver = state === "skipped" && timeDeleted !== undefined;
    if (isLeftOver || (states.size > 0 && !states.has(state))) return;
    this.#counts[state]++;
    if (state === "waiting" && !(timeCreated >= (this.#oldestWaiting ?? "~")))
      this.#oldestWaiting = timeCreated;
    this.#newest.add({ joined });
  }

  #addReceipt(joined: JoinedObject, receipt: Receipt): void {
    const { states } = this.#collecting.filter;
    if (states.size > 0 && !states.has(receipt.state)) return;
    this.#counts.receipts++;
    this.#sum(joined, receipt);
    this.#newest.add({ joined, receipt });
  }

  #sum({ bucket, object }: JoinedObject, receipt: Receipt): void {
    this.#totals = addReceipt(this.#totals, receipt);
    const attention = attentionOf(receipt);
    if (attention === undefined) return;
    // A shortened name of a receipt does not tell it whole, and a corrupt one says nothing.
    const name = receipt.object === "" ? object : receipt.object;
    if (++this.#attentionCount <= MAX_ATTENTION)
      this.#attention.push(`gs://${bucket}/${name} ${attention}.`);
  }

  async finish(): Promise<CollectedObjects> {
    const newest = this.#newest.take();
    const { read, known } = this.#collecting;
    const missing = newest.filter(({ receipt }) => receipt === undefined);
    const later = await readReceipts(
      missing.map(({ joined }) => joined),
      read,
    );
    const receipts = new Map(missing.map((row, index) => [row, later[index]] as const));
    const objects = newest.flatMap((row) => {
      const { joined } = row;
      if (joined.receipt === undefined) return [pendingRow(joined, known)];
      const lately = receipts.get(row);
      if (lately !== undefined) this.#sum(joined, lately);
      const receipt = row.receipt ?? lately;
      return receipt === undefined ? [] : [receiptRow(joined, receipt)];
    });
    const counts = { ...this.#counts, oldestWaiting: this.#oldestWaiting };
    const [attention, attentionCount] = [this.#attention, this.#attentionCount];
    return { objects, counts, totals: this.#totals, attention, attentionCount };
  }
}

/** The receipts of objects, in their order; undefined for those that have none. */
async function readReceipts(
  objects: readonly JoinedObject[],
  read: ReadReceipt,
): Promise<readonly (Receipt | undefined)[]> {
  const receipts: (Receipt | undefined)[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < objects.length; index = next++) {
      const listed = objects[index]?.receipt;
      if (listed !== undefined) receipts[index] = await read(listed);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_READS }, work));
  return receipts;
}
