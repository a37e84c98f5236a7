import { addCounters, ZERO_COUNTERS, type Counters } from "../records/counters.ts";
import type { FirstError } from "./receipt.ts";

/** A place between two records of an object. */
export interface Place {
  readonly offset: number;
  /** Line of the record after it, 1-based. */
  readonly line: number;
}

/** What is settled, in one piece from where the run began. */
export interface Watermark {
  readonly place: Place;
  /** Of this run only. */
  readonly counters: Counters;
  readonly firstError: FirstError | null;
}

export interface WatermarkTracker {
  /** Announces the next slice of the object, up to `end`; returns what settles it. */
  open(end: Place): (counters: Counters, firstError: FirstError | null) => void;
  settled(): Watermark;
}

/**
 * Keeps the settled watermark: slices are announced in the object's order and settled in any, and only what is settled
 * without a gap from the beginning counts, because the next run goes on there.
 */
export function createWatermark(start: Place): WatermarkTracker {
  const open: { end: Place; done?: { counters: Counters; firstError: FirstError | null } }[] = [];
  let settled: Watermark = { place: start, counters: ZERO_COUNTERS, firstError: null };

  const advance = (): void => {
    for (let first = open[0]; first?.done !== undefined; first = open[0]) {
      const { counters, firstError } = first.done;
      settled = {
        place: first.end,
        counters: addCounters(settled.counters, counters),
        firstError: settled.firstError ?? firstError,
      };
      open.shift();
    }
  };
  return {
    open: (end) => {
      const slice: (typeof open)[number] = { end };
      open.push(slice);
      return (counters, firstError) => {
        slice.done = { counters, firstError };
        advance();
      };
    },
    settled: () => settled,
  };
}
