import { addCounters, type Counters } from "../records/counters.ts";
import type { DeadRecord } from "../records/dead-letter.ts";
import type { Progress } from "./continuation.ts";
import type { FirstError } from "./receipt.ts";
import type { Problem } from "../event/problem.ts";
import {
  countProblems,
  isToBeQuarantined,
  quarantineProblem,
  QUARANTINE_SAMPLE_RECORDS,
  type ProblemTally,
} from "./quarantine.ts";
import { retryReasonOf, type PipelineOptions, type SliceSink } from "./slice-pipeline.ts";

/** The first records of an object, which decide whether it is imported at all. */
export interface QuarantineGate extends SliceSink {
  /** Records that are still to come before the object is judged. */
  recordsLeft(): number;
  /** What was wrong with the records so far. */
  problems(): ProblemTally;
  /** What is wrong with the whole object, once it is judged and found to be no file of events. */
  quarantined(): Quarantined | undefined;
}

/**
 * The judgement on an object that is not imported: what is wrong with it, and what became of its
 * first records.
 */
export interface Quarantined {
  readonly problem: Problem;
  readonly counters: Counters;
  readonly firstError: FirstError | null;
  /** Bytes of the contents that were read. */
  readonly bytes: number;
}

export interface QuarantineGateOptions extends Omit<PipelineOptions, "maxInFlight"> {
  readonly percent: number;
  /** What earlier runs counted of the object. */
  readonly before: Pick<Progress, "counters" | "firstError" | "problems">;
  readonly startsWithBracket: () => boolean;
}

/** Dead letters are held back until the object is judged, but no more than this. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;

/**
 * Sends the first records of an object one slice after the other, and keeps their dead letters
 * until the object is judged: a large file of something else than events would otherwise fill the
 * dead-letter topic.
 */
export function createQuarantineGate(options: QuarantineGateOptions): QuarantineGate {
  let { counters, firstError, problems: tally } = options.before;
  let held: { dead: readonly DeadRecord[]; settle: () => void }[] = [];
  let heldBytes = 0;
  let retryReason: string | undefined;
  let verdict: Quarantined | undefined;

  const release = async (): Promise<void> => {
    const releasing = held;
    held = [];
    heldBytes = 0;
    await options.publish(releasing.flatMap(({ dead }) => dead));
    for (const { settle } of releasing) settle();
  };
  const judge = async (bytes: number): Promise<void> => {
    const { read, unusable } = counters.records;
    const { rejected } = counters.events;
    if (isToBeQuarantined({ read, unusable, rejected }, options.percent))
      verdict = {
        problem: quarantineProblem(tally, options.startsWithBracket(), bytes),
        counters,
        firstError,
        bytes,
      };
    else await release();
  };
  const push: SliceSink["push"] = async (slice, end) => {
    const settle = options.watermark.open(end);
    const outcome = await options.deliver(slice);
    retryReason ??= outcome.retryReason;
    if (outcome.retryReason !== undefined) return;
    counters = addCounters(counters, outcome.counters);
    firstError ??= outcome.firstError;
    tally = countProblems(tally, outcome.dead);
    held.push({
      dead: outcome.dead,
      settle: () => {
        settle(outcome.counters, outcome.firstError);
      },
    });
    heldBytes += outcome.dead.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (counters.records.read >= QUARANTINE_SAMPLE_RECORDS) await judge(end.offset);
    else if (heldBytes > MAX_HELD_BYTES) await release();
  };
  /** What fails for now only stops the run; a bug is thrown. */
  const tolerate = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const reason = retryReasonOf(error, options.onCredentialsError);
      if (reason === undefined) throw error;
      retryReason ??= reason;
    }
  };
  return {
    push: (slice, end) => tolerate(() => push(slice, end)),
    // An object that ends, or a run that stops, before the judgement.
    drain: () => (verdict === undefined ? tolerate(release) : Promise.resolve()),
    retryReason: () => retryReason,
    recordsLeft: () => QUARANTINE_SAMPLE_RECORDS - counters.records.read,
    quarantined: () => verdict,
    problems: () => tally,
  };
}
