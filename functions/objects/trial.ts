import { add, type Counters } from "../records/counters.ts";
import type { DeadRecord } from "../records/dead-letter.ts";
import type { FirstError } from "./receipt.ts";
import type { Problem } from "../event/problem.ts";
import {
  countProblems,
  isToBeQuarantined,
  quarantineProblem,
  TRIAL_RECORDS,
  type ProblemTally,
} from "./quarantine.ts";
import { troubleIn, type PipelineOptions, type SegmentSink } from "./segment-pipeline.ts";

/** The first records of an object, which decide whether it is imported at all. */
export interface Trial extends SegmentSink {
  /** Records that are still to come before the object is judged. */
  recordsLeft(): number;
  /** What is wrong with the whole object, once it is judged and found to be no file of events. */
  quarantined(): Quarantined | undefined;
}

/** The judgement on an object that is not imported: what is wrong with it, and what became of its first records. */
export interface Quarantined {
  readonly problem: Problem;
  readonly counters: Counters;
  readonly firstError: FirstError | null;
}

export interface TrialOptions extends Omit<PipelineOptions, "maxInFlight"> {
  readonly percent: number;
  /** What earlier runs counted of the object. */
  readonly before: Counters;
  readonly startsWithBracket: () => boolean;
}

/** Dead letters are held back until the object is judged, but no more than this. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;

/**
 * Sends the first records of an object one segment after the other, and keeps their dead letters until the object is
 * judged: a large file of something else than events would otherwise fill the dead-letter topic.
 */
export function createTrial(options: TrialOptions): Trial {
  let counters = options.before;
  let tally: ProblemTally = new Map();
  let held: { dead: readonly DeadRecord[]; settle: () => void }[] = [];
  let heldBytes = 0;
  let trouble: string | undefined;
  let verdict: Quarantined | undefined;
  let firstError: FirstError | null = null;

  const release = async (): Promise<void> => {
    const releasing = held;
    held = [];
    heldBytes = 0;
    await options.publish(releasing.flatMap(({ dead }) => dead));
    for (const { settle } of releasing) settle();
  };
  const judge = async (): Promise<void> => {
    if (isToBeQuarantined(counters, options.percent))
      verdict = {
        problem: quarantineProblem(tally, options.startsWithBracket()),
        counters,
        firstError,
      };
    else await release();
  };
  const push: SegmentSink["push"] = async (segment, end) => {
    const settle = options.settlement.open(end);
    const outcome = await options.deliver(segment);
    trouble ??= outcome.trouble;
    if (outcome.trouble !== undefined) return;
    counters = add(counters, outcome.counters);
    firstError ??= outcome.firstError;
    tally = countProblems(tally, outcome.dead);
    held.push({
      dead: outcome.dead,
      settle: () => {
        settle(outcome.counters, outcome.firstError);
      },
    });
    heldBytes += outcome.dead.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (counters.records.read >= TRIAL_RECORDS) await judge();
    else if (heldBytes > MAX_HELD_BYTES) await release();
  };
  /** What fails for now only stops the run; a bug is thrown. */
  const tolerate = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const reason = troubleIn(error, options.onRefusedCredentials);
      if (reason === undefined) throw error;
      trouble ??= reason;
    }
  };
  return {
    push: (segment, end) => tolerate(() => push(segment, end)),
    // An object that ends, or a run that stops, before the judgement.
    drain: () => (verdict === undefined ? tolerate(release) : Promise.resolve()),
    trouble: () => trouble,
    recordsLeft: () => TRIAL_RECORDS - counters.records.read,
    quarantined: () => verdict,
  };
}
