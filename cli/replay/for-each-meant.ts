import { letterMatcher } from "./letter-filter.ts";
import { createLetterLimit } from "./letter-limit.ts";
import type { DeadLetter } from "./letter.ts";
import type { LetterSource } from "./letter-source.ts";
import type { LettersEnd, ReplayListeners, ReplayPlan } from "./plan.ts";
import type { ReportBuilder } from "./report.ts";

/** Pull, publish and acknowledge are mostly waiting. */
const WORKERS = 4;
const MANY = 1000;
const PROGRESS_MS = 100;

/** A pass over the letters of a source. */
interface Pass {
  readonly source: LetterSource;
  readonly plan: ReplayPlan;
  readonly report: Pick<ReportBuilder, "addOther">;
  readonly listeners: ReplayListeners;
}

/**
 * Goes through the letters that are meant, several batches at once, and closes the source. When
 * they are as many as the limit, nothing is known of the others. The parts of a record are one:
 * when the limit is reached, those that are missing are still taken.
 */
export async function forEachMeant(
  { source, plan, report, listeners }: Pass,
  handle: (letters: readonly DeadLetter[]) => Promise<void>,
): Promise<LettersEnd> {
  const isMeant = letterMatcher(plan.filter);
  const limit = plan.limit ?? Infinity;
  const letterLimit = createLetterLimit(limit);
  let hasFailed = false;
  const select = (letter: DeadLetter): boolean => {
    const isTaken = isMeant(letter) && letterLimit.take(letter);
    if (!isTaken) report.addOther();
    return isTaken;
  };
  // What others pull meanwhile would only be given back.
  const workers = limit < MANY ? 1 : WORKERS;
  const work = async (): Promise<void> => {
    while (!hasFailed && !letterLimit.isReached()) {
      const letters = await source.next();
      if (letters === undefined) return;
      await handle(letters.filter(select));
    }
  };
  const timer = setInterval(() => {
    const { done, total } = source.progress();
    listeners.onProgress?.(done, total);
  }, PROGRESS_MS);
  try {
    const ends = await Promise.allSettled(
      Array.from({ length: workers }, () =>
        work().catch((error: unknown) => {
          hasFailed = true;
          source.stop();
          throw error;
        }),
      ),
    );
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const full = source.isFull();
    const isAll = !letterLimit.isFull() && !full;
    const { expected, missing, measuredAt } = await source.missing();
    return {
      ...{ seen: source.progress().done, later: source.later(), full },
      ...{ expected, missing: isAll ? missing : 0, measuredAt },
    };
  } finally {
    clearInterval(timer);
    await source.close();
  }
}
