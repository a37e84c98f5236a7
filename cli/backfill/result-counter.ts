import { UserError } from "../../functions/platform/user-error.ts";
import { formatNumberOf } from "../terminal/table.ts";
import type { ImportEnd } from "./await-import.ts";
import { createReceiptTally, type ReceiptTotals } from "./receipt-tally.ts";

/** How far a backfill is. */
export interface BackfillProgress {
  /** Objects that were announced by this backfill. */
  readonly announced: number;
  /** Of these: that have a receipt. */
  readonly finished: number;
  /** Of these: that have none, since the function skipped them: its log says so. */
  readonly skipped: number;
  /** Of these: that have none, though nothing waits any more: given up by Pub/Sub, perhaps. */
  readonly withoutReceipt: number;
  /** Of these: that have none in time, and nobody can tell whether they will. */
  readonly unknown: number;
  /** Of these: that have none in time, since something from before them still waits. */
  readonly waiting: number;
  /** That were deleted or replaced after they were listed, and not announced. */
  readonly gone: number;
}

/** What came of it. */
export interface BackfillCounts extends BackfillProgress {
  readonly receipts: ReceiptTotals;
  /** Why it is not known what became of the `unknown` ones; "" without any. */
  readonly unknownWhy: string;
  /** Why the `waiting` ones are not waited for any longer; "" without any. */
  readonly waitingWhy: string;
}

/** Counts what becomes of objects. */
export interface ResultCounter {
  readonly announced: () => void;
  gone(): void;
  /**
   * @param hadReceipt whether there is an earlier one, which a new one was to replace
   * @throws UserError when so many in a row are given up as are on their way
   */
  ended(object: string, how: ImportEnd, hadReceipt?: boolean): void;
  progress(): BackfillProgress;
  result(): BackfillCounts;
}

/** @param window objects on their way at a time */
export function createResultCounter(window: number): ResultCounter {
  const progress = {
    announced: 0,
    finished: 0,
    skipped: 0,
    withoutReceipt: 0,
    unknown: 0,
    waiting: 0,
    gone: 0,
  };
  const tally = createReceiptTally();
  let unknownWhy = "";
  let waitingWhy = "";
  let givenUpInARow = 0;
  return {
    announced: () => {
      progress.announced++;
    },
    gone: () => {
      progress.gone++;
    },
    ended: (object, how, hadReceipt = false) => {
      const isGivenUp = how.end === "unknown" || how.end === "waiting";
      givenUpInARow = isGivenUp ? givenUpInARow + 1 : 0;
      if (how.end === "receipt") {
        progress.finished++;
        tally.add(object, how.receipt);
      } else if (how.end === "skipped") progress.skipped++;
      else if (how.end === "none") {
        progress.withoutReceipt++;
        tally.addMissing(object, hadReceipt ? "no new receipt" : "no receipt");
      } else if (how.end === "waiting") {
        progress.waiting++;
        waitingWhy = how.why;
        tally.addMissing(object, "waiting");
      } else {
        progress.unknown++;
        unknownWhy = how.why;
        tally.addMissing(object, "not known");
      }
      // Whatever else is announced would be announced blindly.
      if (givenUpInARow >= window)
        throw new UserError(
          `Stopped: of ${formatNumberOf(window, "object")} in a row nobody can tell whether ${window === 1 ? "it is" : "they are"} imported.`,
        );
    },
    progress: () => ({ ...progress }),
    result: () => ({ ...progress, receipts: tally.totals(), unknownWhy, waitingWhy }),
  };
}
