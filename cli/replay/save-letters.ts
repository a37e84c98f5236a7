import { messageOf } from "../../functions/platform/errors.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import type { Connection } from "../stack/connect.ts";
import { inChunks } from "./in-chunks.ts";
import { forEachMeant } from "./for-each-meant.ts";
import type { DeadLetter } from "./letter.ts";
import type { LetterSource } from "./letter-source.ts";
import { createLettersFile, type LettersFile } from "./letters-writer.ts";
import type { LettersEnd, ReplayListeners, ReplayPlan } from "./plan.ts";
import { openSubscription } from "./subscription-source.ts";

export interface SaveOptions {
  /** Must not be there yet. */
  readonly file: string;
  /**
   * Asked when so many letters are on the disk: whether they are to be acknowledged. They are in
   * the file only then. @default not asked, and not acknowledged
   */
  readonly confirm?: (letters: number) => Promise<boolean>;
}

/** What was written to a file. */
export interface SavedLetters extends LettersEnd {
  /** In the file; without any there is none. */
  readonly letters: number;
  readonly acknowledged: boolean;
  /** That do not match the filter, or are beyond the limit. */
  readonly others: number;
}

/**
 * Writes dead letters to a file, whatever would become of them, and acknowledges them only when
 * they are on the disk. When it ends before that, the file is taken away: it can be run again.
 *
 * @throws UserError when the file is there already; RefusedError, UnavailableError
 */
export async function saveLetters(
  connection: Connection,
  plan: ReplayPlan,
  { file, confirm }: SaveOptions,
  listeners: ReplayListeners = {},
): Promise<SavedLetters> {
  const written = await createLettersFile(file);
  let isKept = false;
  try {
    const source = await openSubscription(connection, plan, listeners);
    try {
      const { ids, ...saved } = await writeAll(source, { plan, listeners, written });
      const isWanted = ids.length > 0 && (await confirm?.(ids.length)) === true;
      isKept = ids.length > 0;
      if (isWanted) await acknowledge(source, ids, { file, signal: connection.signal });
      return { letters: ids.length, acknowledged: isWanted, ...saved };
    } finally {
      await source.close();
    }
  } finally {
    if (!isKept) await written.discard();
  }
}

interface Writing {
  readonly plan: ReplayPlan;
  readonly listeners: ReplayListeners;
  readonly written: LettersFile;
}

async function writeAll(source: LetterSource, { plan, listeners, written }: Writing) {
  const ids: string[] = [];
  let others = 0;
  const report = {
    addOther: () => {
      others++;
    },
  };
  // It is closed when what to acknowledge is acknowledged, not at the end of the letters.
  const kept = { ...source, close: () => Promise.resolve() };
  const end = await forEachMeant({ source: kept, plan, report, listeners }, async (letters) => {
    await written.append(letters);
    for (const { messageId } of letters) ids.push(messageId);
  });
  await written.close();
  return { ids, others, ...end };
}

/** @throws UserError: some may be acknowledged, and all are in the file */
async function acknowledge(
  source: LetterSource,
  ids: readonly string[],
  { file, signal }: { readonly file: string; readonly signal: AbortSignal },
): Promise<void> {
  try {
    // One after the other, the last ones' leases would end before it is their turn.
    await inChunks(ids, (some) => source.settle(some.map(settled)));
  } catch (error) {
    if (signal.aborted) throw error;
    throw new UserError(
      `${messageOf(error)}.\n${file} holds all ${ids.length} dead letters; those that are not acknowledged come again, too. Keep it, and save them to another file.`,
    );
  }
}

function settled(messageId: string): DeadLetter {
  return { messageId, publishTime: "", attributes: {}, data: Buffer.alloc(0) };
}
