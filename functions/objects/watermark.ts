import type { Position } from "../event/record.ts";
import { addCounters, ZERO_COUNTERS, type Counters } from "../records/counters.ts";
import type { FirstError } from "./receipt.ts";

/** How far a run has settled its object, in one piece from where it began. */
export interface Watermark {
  readonly position: Position;
  /** Of this run only, up to the position. */
  readonly counters: Counters;
  readonly firstError: FirstError | null;
}

export interface WatermarkTracker {
  /** Announces the next slice of the object, up to `end`; returns what settles it. */
  open(end: Position): (counters: Counters, firstError: FirstError | null) => void;
  current(): Watermark;
}

interface OpenSlice {
  readonly end: Position;
  settled?: { readonly counters: Counters; readonly firstError: FirstError | null };
}

/**
 * Keeps the watermark of a run: slices are announced in the object's order and settled in any, and
 * only what is settled without a gap from the beginning counts, because the next run goes on there.
 */
export function createWatermark(start: Position): WatermarkTracker {
  const slices: OpenSlice[] = [];
  let watermark: Watermark = { position: start, counters: ZERO_COUNTERS, firstError: null };

  const advance = (): void => {
    for (let first = slices[0]; first?.settled !== undefined; first = slices[0]) {
      const { counters, firstError } = first.settled;
      watermark = {
        position: first.end,
        counters: addCounters(watermark.counters, counters),
        firstError: watermark.firstError ?? firstError,
      };
      slices.shift();
    }
  };
  return {
    open: (end) => {
      const slice: OpenSlice = { end };
      slices.push(slice);
      return (counters, firstError) => {
        slice.settled = { counters, firstError };
        advance();
      };
    },
    current: () => watermark,
  };
}
