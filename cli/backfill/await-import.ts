import type { Connection } from "../stack/connect.ts";
import { awaitReceipt, type Awaited, type Pause } from "./await-receipt.ts";
import { receiptNameOf, type FoundObject } from "./find-objects.ts";
import { createSettledLookup, type Settlement } from "./settled-objects.ts";
import { createSkippedLookup } from "./skipped-objects.ts";
import type { Selection } from "./survey.ts";

/** How the import of an object that was announced ended, as far as anybody can tell. */
export type ImportEnd = Awaited | { readonly end: "skipped" };

export interface ImportWaiterOptions extends Pause {
  readonly selection: Selection;
  /** `projects/P/subscriptions/S` of the objects topic. */
  readonly subscription: string;
  readonly signal: AbortSignal;
}

/** Waits for the import of an object that has just been announced. */
export type AwaitImport = (found: FoundObject) => Promise<ImportEnd>;

/**
 * Makes the function that waits, before anything is announced: what one lookup learns serves all
 * that wait.
 */
export async function createImportWaiter(
  connection: Connection,
  options: ImportWaiterOptions,
): Promise<AwaitImport> {
  const { selection, subscription } = options;
  const { bucket } = selection.target;
  const hasSettled = createSettledLookup(connection, subscription, options);
  const wasSkipped = await createSkippedLookup(connection, options);
  return async ({ object: { name, generation, size }, receipt }) => {
    // The receipt that is there already must not be taken for the new one.
    const since = receipt === undefined ? undefined : selection.since;
    const awaited = { name: receiptNameOf(bucket, { name, generation }), since };
    const log = { saysSkipped: false };
    const lookUp = async (sinceMs: number): Promise<Settlement> => {
      log.saysSkipped = await wasSkipped({ bucket, object: name, generation }, sinceMs);
      return log.saysSkipped ? { state: "settled" } : await hasSettled(sinceMs);
    };
    const ended = await awaitReceipt(connection, awaited, { ...options, lookUp, size });
    return ended.end === "none" && log.saysSkipped ? { end: "skipped" } : ended;
  };
}
