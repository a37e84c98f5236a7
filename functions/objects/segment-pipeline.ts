import type { DeadRecord } from "../records/dead-letter.ts";
import { CredentialsError, UnavailableError } from "../platform/errors.ts";
import type { SegmentOutcome } from "./segment-delivery.ts";
import type { Segment } from "./segment.ts";
import type { Place, Settlement } from "./settlement.ts";

/** Where segments go. */
export interface SegmentSink {
  /** Takes the next segment, as soon as there is room; it ends at `end`. */
  push(segment: Segment, end: Place): Promise<void>;
  /** Waits until nothing is under way. */
  drain(): Promise<void>;
  /** Why no more segments should come, or undefined. */
  trouble(): string | undefined;
}

export interface PipelineOptions {
  /** Sends a segment's events. */
  readonly deliver: (segment: Segment) => Promise<SegmentOutcome>;
  /** Done when the records are in the dead-letter topic. @throws UnavailableError, CredentialsError */
  readonly publish: (dead: readonly DeadRecord[]) => Promise<void>;
  readonly settlement: Settlement;
  /** Told when Google refuses our credentials: a person has to act. */
  readonly onRefusedCredentials: (error: CredentialsError) => void;
  /** Segments under way at once; each holds the memory of its events. */
  readonly maxInFlight: number;
}

/** Segments go side by side, and are settled when their dead letters are acknowledged. */
export function createSegmentPipeline(options: PipelineOptions): SegmentSink {
  const underWay = new Set<Promise<void>>();
  let trouble: string | undefined;
  let bug: Error | undefined;

  const process = async (segment: Segment, end: Place): Promise<void> => {
    const settle = options.settlement.open(end);
    try {
      const outcome = await options.deliver(segment);
      trouble ??= outcome.trouble;
      if (outcome.trouble !== undefined) return;
      await options.publish(outcome.dead);
      settle(outcome.counters, outcome.firstError);
    } catch (error) {
      const reason = troubleIn(error, options.onRefusedCredentials);
      if (reason !== undefined) trouble ??= reason;
      else bug ??= error instanceof Error ? error : new Error(String(error));
    }
  };
  const throwBug = (): void => {
    if (bug !== undefined) throw bug;
  };
  return {
    push: async (segment, end) => {
      while (underWay.size >= options.maxInFlight) await Promise.race(underWay);
      throwBug();
      const work = process(segment, end).finally(() => underWay.delete(work));
      underWay.add(work);
    },
    drain: async () => {
      await Promise.all(underWay);
      throwBug();
    },
    trouble: () => trouble,
  };
}

/** Why something that we depend on failed for now; undefined when it is our own code. */
export function troubleIn(
  error: unknown,
  onRefusedCredentials: PipelineOptions["onRefusedCredentials"],
): string | undefined {
  if (error instanceof CredentialsError) onRefusedCredentials(error);
  return isTrouble(error) ? error.message : undefined;
}

/** Whether something that we depend on failed for now, rather than our own code. */
export function isTrouble(error: unknown): error is UnavailableError | CredentialsError {
  return error instanceof UnavailableError || error instanceof CredentialsError;
}
