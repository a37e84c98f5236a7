import { UnavailableError } from "../../functions/platform/errors.ts";
import { findObject, readJsonObject } from "../google/objects.ts";
import { NotJsonError, RefusedError } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";
import { formatDuration } from "../terminal/counter.ts";
import type { Settlement } from "./settled-objects.ts";
import { isLater } from "./survey.ts";

/** The time, and how to let it pass. */
export interface Pause {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Resolves after so long, or at once when `signal` is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface AwaitedReceipt {
  /** In the receipts bucket. */
  readonly name: string;
  /** RFC 3339: an older one is not the one that is waited for; undefined: any is. */
  readonly since: string | undefined;
}

export interface AwaitOptions extends Pause {
  readonly signal: AbortSignal;
  /** Whether the object, announced at `sinceMs`, still waits to be imported. */
  readonly lookUp: (sinceMs: number) => Promise<Settlement>;
  /** Stored bytes of the object. */
  readonly size: number;
}

/** How waiting ended. */
export type Awaited =
  | { readonly end: "receipt"; readonly receipt: ReceiptFields }
  /** Nothing waits any more, and there is none; or `signal` is aborted. */
  | { readonly end: "none" }
  /** It is not there in time, and nobody can tell whether it will be. */
  | { readonly end: "unknown"; readonly why: string }
  /** It is not there in time, and something that was published before it still waits. */
  | { readonly end: "waiting"; readonly why: string };

/** What is read of a receipt. */
export type ReceiptFields = Readonly<Record<string, unknown>>;

const MIN_LOOK_MS = 250;
const MAX_LOOK_MS = 15_000;
/** A service that is away for so long ends the backfill, which can be continued. */
const OUTAGE_MS = 10 * 60_000;

/** Where nobody tells what waits, or nothing of it moves, an object is given up after so long. */
const PATIENCE_MS = 30 * 60_000;
/** And so much longer for what is large: even several runs are faster. */
const LEAST_BYTES_PER_MS = 1000;
/** What waits may move on, and never come to an end. */
const MAX_PATIENCE_MS = 6 * 3_600_000;
/** When the oldest message was published is known by figures of a minute. */
const MOVES_MS = 120_000;

/** Longest that a receipt is waited for while nothing moves. */
export function patienceMs(size: number): number {
  return PATIENCE_MS + size / LEAST_BYTES_PER_MS;
}

/** Tells whether it has been waited for long enough. */
function createPatience(size: number, announcedAt: number) {
  let movedAt = announcedAt;
  let oldestSeen: number | undefined;
  return {
    /** Of a backlog that goes down, however slowly, the object's turn comes. */
    isOver: (settlement: Settlement, now: number): boolean => {
      const oldest = settlement.state === "waiting" ? settlement.oldest : undefined;
      oldestSeen ??= oldest;
      if (oldest !== undefined && oldestSeen !== undefined && oldest - oldestSeen > MOVES_MS) {
        oldestSeen = oldest;
        movedAt = now;
      }
      const isTooLong = now - announcedAt >= MAX_PATIENCE_MS + size / LEAST_BYTES_PER_MS;
      return isTooLong || now - movedAt >= patienceMs(size);
    },
  };
}

/** Pause before a receipt is looked for again, so long after its object was announced. */
export function nextLookMs(ageMs: number): number {
  return Math.min(Math.max(ageMs / 4, MIN_LOOK_MS), MAX_LOOK_MS);
}

/**
 * Waits for the receipt of an object that was announced. There may never be one, as for an object
 * that the function skips, or that Pub/Sub gives up; what waits tells. Where nothing tells, or a
 * message from before it keeps what tells from it, it is waited for no longer than `patienceMs`.
 *
 * @throws RefusedError; UnavailableError when nothing was to be found out for ten minutes
 */
export async function awaitReceipt(
  connection: Connection,
  awaited: AwaitedReceipt,
  { now, sleep, signal, lookUp, size }: AwaitOptions,
): Promise<Awaited> {
  const announcedAt = now();
  const patience = createPatience(size, announcedAt);
  let heardAt = announcedAt;
  while (!signal.aborted) {
    try {
      // In this order: a receipt may be written between the two looks.
      const settlement = await lookUp(announcedAt);
      const receipt = await findReceipt(connection, awaited);
      if (receipt !== undefined) return { end: "receipt", receipt };
      if (settlement.state === "settled") return { end: "none" };
      if (patience.isOver(settlement, now())) return givenUp(settlement, now() - announcedAt);
      heardAt = now();
    } catch (error) {
      if (!(error instanceof UnavailableError) || now() - heardAt > OUTAGE_MS) throw error;
    }
    await sleep(nextLookMs(now() - announcedAt), signal);
  }
  return { end: "none" };
}

function givenUp(settlement: Exclude<Settlement, { state: "settled" }>, ms: number): Awaited {
  if (settlement.state === "unknown") return { end: "unknown", why: settlement.why };
  const { oldest } = settlement;
  const why =
    oldest === undefined
      ? "the figures of what waits in its subscription are older than its message"
      : `what was published at ${new Date(oldest).toISOString().slice(0, 16)}Z waits before it`;
  return { end: "waiting", why: `${why}, after ${formatDuration(ms / 1000)}` };
}

async function findReceipt(
  connection: Connection,
  { name, since }: AwaitedReceipt,
): Promise<ReceiptFields | undefined> {
  const { receiptsBucket } = connection.stack;
  if (since !== undefined) {
    const found = await findObject(connection, receiptsBucket, name);
    if (found === undefined || !isLater(found.timeCreated, since)) return undefined;
  }
  return await readReceiptFields(connection, name);
}

/**
 * The fields of a receipt; none of what is no JSON; undefined: there is none.
 *
 * @param name in the receipts bucket
 * @throws RefusedError, UnavailableError
 */
export async function readReceiptFields(
  connection: Connection,
  name: string,
): Promise<ReceiptFields | undefined> {
  try {
    return await readJsonObject(connection, connection.stack.receiptsBucket, name);
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    // It is there, and what it says is told as not in order.
    if (error instanceof NotJsonError) return {};
    throw error;
  }
}
