import type { Connection } from "../stack/connect.ts";
import { forEachMeant } from "./for-each-meant.ts";
import type { DeadLetter } from "./letter.ts";
import { createLettersFile } from "./letters-file.ts";
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
  readonly letters: number;
  readonly acknowledged: boolean;
  /** That do not match the filter, or are beyond the limit. */
  readonly others: number;
}

/**
 * Writes dead letters to a file, whatever would become of them, and acknowledges them only when
 * they are on the disk.
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
  const source = await openSubscription(connection, plan, listeners);
  const ids: string[] = [];
  let others = 0;
  let acknowledged = false;
  const report = {
    addOther: () => {
      others++;
    },
  };
  // It is closed when what to acknowledge is acknowledged, not at the end of the letters.
  const kept = { ...source, close: () => Promise.resolve() };
  try {
    const end = await forEachMeant({ source: kept, plan, report, listeners }, async (letters) => {
      await written.append(letters);
      for (const { messageId } of letters) ids.push(messageId);
    });
    await written.close();
    if (ids.length > 0 && (await confirm?.(ids.length)) === true) {
      await source.settle(ids.map(settled));
      acknowledged = true;
    }
    return { letters: ids.length, acknowledged, others, ...end };
  } finally {
    await source.close();
  }
}

function settled(messageId: string): DeadLetter {
  return { messageId, publishTime: "", attributes: {}, data: Buffer.alloc(0) };
}
