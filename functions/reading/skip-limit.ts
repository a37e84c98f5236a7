/** How skipping to a place in a gzip member has gone so far. */
export interface SkipProgress {
  /** Bytes to skip, decompressed. */
  readonly toSkip: number;
  /** Bytes skipped so far, decompressed. */
  readonly skipped: number;
  /** Since reading began, in milliseconds. */
  readonly elapsedMs: number;
  /** Of these, how long the bucket was waited for. */
  readonly waitedMs: number;
  /** CPU time that the process took meanwhile, all threads, in milliseconds. */
  readonly cpuMs: number;
  /** Whether a range had to be asked for more than once. */
  readonly wasHindered: boolean;
  /** Longest a run may go on, in milliseconds. */
  readonly budgetMs: number;
}

/**
 * When to judge how far skipping gets: after this share of the budget its rate is well measured.
 */
const JUDGED_AT_SHARE = 0.5;

/**
 * Whether it is certain that the place is out of reach of any run: nothing hindered this one,
 * decompressing took most of the time, and at the rate measured a whole budget is not enough. Then
 * the object is given up for its size; in any other case it may have been the bucket, the network
 * or the machine's neighbours, and the next run may get there.
 *
 * The rate is the better of two, so that it errs towards going on: bytes per millisecond of CPU,
 * which a busy machine does not lower, and bytes per millisecond not spent waiting, which more
 * threads than one raise.
 */
export function isOutOfReach(progress: SkipProgress): boolean {
  const { toSkip, skipped, elapsedMs, waitedMs, cpuMs, wasHindered, budgetMs } = progress;
  const workedMs = elapsedMs - waitedMs;
  if (elapsedMs < budgetMs * JUDGED_AT_SHARE) return false;
  if (wasHindered || waitedMs > workedMs || skipped === 0) return false;
  return (Math.min(cpuMs, workedMs) / skipped) * toSkip > budgetMs;
}
