import { UnavailableError } from "../../functions/platform/errors.ts";
import { findObject, readJsonObject } from "../google/objects.ts";
import { NotJsonError, RefusedError } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";
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
  /** Whether nothing at all waits to be imported, as of at least `settledMs` after `sinceMs`. */
  readonly isSettled: (sinceMs: number) => Promise<boolean>;
}

/** What is read of a receipt. */
export type ReceiptFields = Readonly<Record<string, unknown>>;

const MIN_LOOK_MS = 250;
const MAX_LOOK_MS = 15_000;
/** A service that is away for so long ends the backfill, which can be continued. */
const OUTAGE_MS = 10 * 60_000;

/** Pause before a receipt is looked for again, so long after its object was announced. */
export function nextLookMs(ageMs: number): number {
  return Math.min(Math.max(ageMs / 4, MIN_LOOK_MS), MAX_LOOK_MS);
}

/**
 * The receipt of an object that was announced, when it is there. Undefined: nothing waits to be
 * imported any more, and there is none, as for an object that the function skips; or `signal` is
 * aborted.
 *
 * @throws RefusedError; UnavailableError when nothing was to be found out for ten minutes
 */
export async function awaitReceipt(
  connection: Connection,
  awaited: AwaitedReceipt,
  { now, sleep, signal, isSettled }: AwaitOptions,
): Promise<ReceiptFields | undefined> {
  const announcedAt = now();
  let heardAt = announcedAt;
  while (!signal.aborted) {
    try {
      // In this order: a receipt may be written between the two looks.
      const settled = await isSettled(announcedAt);
      const receipt = await findReceipt(connection, awaited);
      if (receipt !== undefined || settled) return receipt;
      heardAt = now();
    } catch (error) {
      if (!(error instanceof UnavailableError) || now() - heardAt > OUTAGE_MS) throw error;
    }
    await sleep(nextLookMs(now() - announcedAt), signal);
  }
  return undefined;
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
  try {
    return await readJsonObject(connection, receiptsBucket, name);
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    // It is there, and what it says is told as not in order.
    if (error instanceof NotJsonError) return {};
    throw error;
  }
}
