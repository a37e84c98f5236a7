import { messageOf } from "../../functions/platform/errors.ts";
import { countNotInOrder, type EarlierReceipts } from "./earlier-receipts.ts";
import type { Estimate } from "./estimate.ts";
import type { BackfillPlan } from "./plan-backfill.ts";
import type { BackfillCounts } from "./result-counter.ts";
import type { BackfillResult } from "./run-backfill.ts";
import type { Survey } from "./survey.ts";

/** What `backfill --json` prints. */
export interface BackfillSummary {
  readonly ok: boolean;
  /** As it was given. */
  readonly target: string;
  readonly objects: {
    readonly matching: number;
    /** With or without a receipt. */
    readonly toImport: number;
    /** Of these: with one. */
    readonly again: number;
    readonly importedBefore: number;
    /** That have a receipt which says that they are not, or not whole: by state. */
    readonly notImportedBefore: EarlierReceipts["notInOrder"];
    readonly skipped: Survey["skipped"];
  };
  readonly estimate: Estimate;
  /** Of `--again`: receipts from after it are of this import. */
  readonly since?: string;
  /** Only when something was announced. */
  readonly result?: BackfillCounts;
  /** Only when it ended early. */
  readonly continueWith?: string;
  /** What ended it early, unless it was Ctrl-C. */
  readonly error?: string;
}

/** @param result undefined: nothing was to be done, or was done */
export function summarizeBackfill(
  { survey, selection }: BackfillPlan,
  result: (BackfillResult & { readonly continueWith: string }) | undefined,
  ok: boolean,
): BackfillSummary {
  const { matching, again, imported, earlier, skipped, estimate } = survey;
  const { target, since } = selection;
  return {
    ...{ ok, target: target.given, estimate },
    objects: {
      ...{ matching, again, skipped },
      toImport: estimate.objects,
      importedBefore: imported - countNotInOrder(earlier),
      notImportedBefore: earlier.notInOrder,
    },
    ...(selection.again && since !== undefined && { since }),
    ...(result !== undefined && describe(result)),
  };
}

function describe(result: BackfillResult & { readonly continueWith: string }) {
  const { isInterrupted, failure, continueWith, ...counts } = result;
  return {
    result: counts,
    ...((isInterrupted || failure !== undefined) && { continueWith }),
    ...(failure !== undefined && { error: messageOf(failure) }),
  };
}
