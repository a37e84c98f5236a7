import type { Connection } from "../stack/connect.ts";
import { createImportWaiter } from "./await-import.ts";
import type { Pause } from "./await-receipt.ts";
import { findObjects, type FoundObject } from "./find-objects.ts";
import { publishImport, toImportMessage } from "./import-again.ts";
import {
  createResultCounter,
  type BackfillCounts,
  type BackfillProgress,
} from "./result-counter.ts";
import { choose, isLater, type Selection } from "./survey.ts";
import { findObject } from "../google/objects.ts";

export interface BackfillOptions extends Pause {
  readonly selection: Selection;
  /** RFC 3339: objects from after it have been announced by the bucket; undefined: none are. */
  readonly until: string | undefined;
  readonly quarantineOff: boolean;
  /** Objects that are announced and not done with, at most. */
  readonly window: number;
  /** `projects/P/subscriptions/S` of the objects topic. */
  readonly subscription: string;
  /** Told when an object is announced, and after each. */
  readonly onProgress?: (progress: BackfillProgress, onTheirWay: readonly OnItsWay[]) => void;
}

/** An object that is announced, and whose receipt is waited for. */
export interface OnItsWay {
  readonly name: string;
  /** By the clock of `Pause`. */
  readonly announcedAt: number;
}

export interface BackfillResult extends BackfillCounts {
  readonly isInterrupted: boolean;
  /** What ended it early; undefined: nothing did, or Ctrl-C. */
  readonly failure: Error | undefined;
}

/**
 * Announces the objects that are to be imported, and waits for their receipts. So many at a time
 * that what arrives meanwhile finds instances of the function free; each of `window` workers has
 * one object on its way. What it has done is told by the receipts alone, so the same call goes on
 * where another one ended.
 */
export async function runBackfill(
  connection: Connection,
  options: BackfillOptions,
): Promise<BackfillResult> {
  const stop = new AbortController();
  const signal = AbortSignal.any([connection.signal, stop.signal]);
  const counter = createResultCounter(Math.max(options.window, 1));
  const waiter = createImportWaiter(connection, { ...options, signal });
  const queue = objectsToImport(connection, options);
  let failure: Error | undefined;
  const onTheirWay = new Set<OnItsWay>();
  const tell = (): void => options.onProgress?.(counter.progress(), [...onTheirWay]);

  const importOne = async (found: FoundObject): Promise<void> => {
    const awaitImport = await waiter;
    const { name } = found.object;
    if (await announce(connection, found, options, counter.announced)) {
      const one = { name, announcedAt: options.now() };
      onTheirWay.add(one);
      tell();
      const ended = await awaitImport(found);
      onTheirWay.delete(one);
      if (!signal.aborted || ended.end !== "none")
        counter.ended(name, ended, found.receipt !== undefined);
    } else counter.gone();
  };
  const work = async (): Promise<void> => {
    try {
      while (!signal.aborted) {
        const next = await queue.next();
        if (next.done === true) return;
        await importOne(next.value);
        tell();
      }
    } catch (error) {
      // What fails because of Ctrl-C is none.
      if (!signal.aborted) failure = error instanceof Error ? error : new Error(String(error));
      stop.abort();
    }
  };
  await Promise.all(Array.from({ length: Math.max(options.window, 1) }, work));
  return { ...counter.result(), failure, isInterrupted: connection.signal.aborted };
}

async function* objectsToImport(
  connection: Connection,
  { selection, until }: BackfillOptions,
): AsyncGenerator<FoundObject> {
  for await (const page of findObjects(connection, selection.target, selection.skip))
    for (const found of page) {
      const choice = choose(found, selection);
      const isNewer = until !== undefined && isLater(found.object.timeCreated, until);
      if ((choice === "import" || choice === "import again") && !isNewer) yield found;
    }
}

/**
 * Publishes the message that has an object imported, unless it is another one by now: a page of
 * the listing may be an hour old, and what replaced the object has been announced by itself.
 *
 * @param onAnnounce called before it may have been published
 * @returns whether it was published
 */
async function announce(
  connection: Connection,
  { object, receipt }: FoundObject,
  { selection, quarantineOff }: BackfillOptions,
  onAnnounce: () => void,
): Promise<boolean> {
  const { bucket } = selection.target;
  const live = await findObject(connection, bucket, object.name);
  if (live?.generation !== object.generation) return false;
  const isPlain = receipt === undefined && !quarantineOff;
  const again = { importId: importIdOf(selection), quarantineOff };
  onAnnounce();
  await publishImport(connection, toImportMessage(bucket, live, isPlain ? undefined : again));
  return true;
}

/** The same whenever the backfill is continued. */
function importIdOf({ since }: Selection): string {
  return `backfill-${since ?? "first"}`;
}
