import type { Position } from "../event/record.ts";
import type { DeadRecord } from "../records/dead-letter.ts";
import { CredentialsError, isRetryable } from "../platform/errors.ts";
import type { SliceOutcome } from "./slice-delivery.ts";
import type { Slice } from "./slice.ts";
import type { WatermarkTracker } from "./watermark.ts";

/** Where slices go. */
export interface SliceSink {
  /** Takes the next slice, as soon as there is room; it ends at `end`. */
  push(slice: Slice, end: Position): Promise<void>;
  /** Waits until nothing is under way. */
  drain(): Promise<void>;
  /** Why no more slices should come, or undefined. */
  retryReason(): string | undefined;
}

export interface PipelineOptions {
  /** Sends a slice's events. */
  readonly deliver: (slice: Slice) => Promise<SliceOutcome>;
  /**
   * Done when the records are in the dead-letter topic.
   *
   * @throws UnavailableError, CredentialsError
   */
  readonly publish: (dead: readonly DeadRecord[]) => Promise<void>;
  readonly watermark: WatermarkTracker;
  /** Told when Google refuses our credentials: a person has to act. */
  readonly onCredentialsError: (error: CredentialsError) => void;
  /** Slices under way at once; each holds the memory of its events. */
  readonly maxInFlight: number;
}

/** Slices go side by side, and are settled when their dead letters are acknowledged. */
export function createSlicePipeline(options: PipelineOptions): SliceSink {
  const underWay = new Set<Promise<void>>();
  let retryReason: string | undefined;
  let bug: Error | undefined;

  const process = async (slice: Slice, end: Position): Promise<void> => {
    const settle = options.watermark.open(end);
    try {
      const outcome = await options.deliver(slice);
      retryReason ??= outcome.retryReason;
      if (outcome.retryReason !== undefined) return;
      await options.publish(outcome.dead);
      settle(outcome.counters, outcome.firstError);
    } catch (error) {
      const reason = retryReasonOf(error, options.onCredentialsError);
      if (reason !== undefined) retryReason ??= reason;
      else bug ??= error instanceof Error ? error : new Error(String(error));
    }
  };
  const throwBug = (): void => {
    if (bug !== undefined) throw bug;
  };
  return {
    push: async (slice, end) => {
      while (underWay.size >= options.maxInFlight) await Promise.race(underWay);
      throwBug();
      const work = process(slice, end).finally(() => underWay.delete(work));
      underWay.add(work);
    },
    drain: async () => {
      await Promise.all(underWay);
      throwBug();
    },
    retryReason: () => retryReason,
  };
}

/** Why something that we depend on failed for now; undefined when it is our own code. */
export function retryReasonOf(
  error: unknown,
  onCredentialsError: PipelineOptions["onCredentialsError"],
): string | undefined {
  if (error instanceof CredentialsError) onCredentialsError(error);
  return isRetryable(error) ? error.message : undefined;
}
