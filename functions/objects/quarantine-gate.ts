import type { Position } from "../event/record.ts";
import { addCounters, producedIn, rejectedIn, type Counters } from "../records/counters.ts";
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
import type { Slice } from "./slice.ts";
import { retryReasonOf, type PipelineOptions, type SliceSink } from "./slice-pipeline.ts";

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
  /** What offsets in the object count; known once it has a record. */
  readonly offsetIn: () => "bytes" | "rows";
  /** What earlier runs counted of the object. */
  readonly before: Pick<Progress, "counters" | "firstError" | "problems">;
}

/** Dead letters are held back until the object is judged, but no more than this. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;

/**
 * Sends the first records of an object one slice after the other, and keeps their dead letters
 * until the object is judged: a large file of something else than events would otherwise fill the
 * dead-letter topic.
 */
export class QuarantineGate implements SliceSink {
  readonly #options: QuarantineGateOptions;
  #counters: Counters;
  #firstError: FirstError | null;
  #tally: ProblemTally;
  #held: { readonly dead: readonly DeadRecord[]; readonly settle: () => void }[] = [];
  #heldBytes = 0;
  #retryReason: string | undefined;
  #verdict: Quarantined | undefined;

  constructor(options: QuarantineGateOptions) {
    this.#options = options;
    this.#counters = options.before.counters;
    this.#firstError = options.before.firstError;
    this.#tally = options.before.problems;
  }

  push(slice: Slice, end: Position): Promise<void> {
    return this.#tolerate(() => this.#push(slice, end));
  }

  /** An object that ends, or a run that stops, before the judgement. */
  drain(): Promise<void> {
    return this.#verdict === undefined ? this.#tolerate(() => this.#release()) : Promise.resolve();
  }

  retryReason(): string | undefined {
    return this.#retryReason;
  }

  /** Records that are still to come before the object is judged. */
  recordsLeft(): number {
    return QUARANTINE_SAMPLE_RECORDS - this.#counters.records.read;
  }

  /** What was wrong with the records so far. */
  problems(): ProblemTally {
    return this.#tally;
  }

  /** What is wrong with the whole object, once it is judged and found to be no file of events. */
  quarantined(): Quarantined | undefined {
    return this.#verdict;
  }

  async #push(slice: Slice, end: Position): Promise<void> {
    const settle = this.#options.watermark.open(end);
    const outcome = await this.#options.deliver(slice);
    this.#retryReason ??= outcome.retryReason;
    if (outcome.retryReason !== undefined) return;
    this.#counters = addCounters(this.#counters, outcome.counters);
    this.#firstError ??= outcome.firstError;
    this.#tally = countProblems(this.#tally, outcome.dead);
    this.#held.push({
      // Copied: a record of a few bytes would hold on to the block of megabytes that it came in.
      dead: outcome.dead.map((dead) => ({ ...dead, bytes: Buffer.from(dead.bytes) })),
      settle: () => {
        settle(outcome.counters, outcome.firstError);
      },
    });
    this.#heldBytes += outcome.dead.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (this.recordsLeft() <= 0) await this.#judge(end.offset);
    else if (this.#heldBytes > MAX_HELD_BYTES) await this.#release();
  }

  async #judge(bytes: number): Promise<void> {
    const sample = {
      ...this.#counters.records,
      produced: producedIn(this.#counters),
      rejected: rejectedIn(this.#counters),
    };
    if (!isToBeQuarantined(sample, this.#options.percent)) {
      await this.#release();
      return;
    }
    this.#verdict = {
      problem: quarantineProblem(this.#tally, { offset: bytes, unit: this.#options.offsetIn() }),
      counters: this.#counters,
      firstError: this.#firstError,
      bytes,
    };
  }

  async #release(): Promise<void> {
    const releasing = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    await this.#options.publish(releasing.flatMap(({ dead }) => dead));
    for (const { settle } of releasing) settle();
  }

  /** What fails for now only stops the run; a bug is thrown. */
  async #tolerate(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const reason = retryReasonOf(error, this.#options.onCredentialsError);
      if (reason === undefined) throw error;
      this.#retryReason ??= reason;
    }
  }
}
