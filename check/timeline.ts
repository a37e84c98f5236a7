/** Events of a stretch of time. */
export interface TimelineBar {
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly events: number;
  /** Of the names in the timeline's `names`, in their order. */
  readonly byName: readonly number[];
}

/** Events over time. */
export interface Timeline {
  /** Of a bar. */
  readonly widthMs: number;
  /** The most frequent ones among the first that were seen. */
  readonly names: readonly string[];
  /** Rising; stretches without an event are left out. */
  readonly bars: readonly TimelineBar[];
  /** Times of the first and the last event; undefined without any. */
  readonly firstMs?: number;
  readonly lastMs?: number;
}

export interface TimelineBuilder {
  add(name: string, timeMs: number): void;
  timeline(): Timeline;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The next one is taken when there are too many bars; of the last one, 720 reach back to 1971. */
const WIDTHS_MS = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS, 28 * DAY_MS];
const MAX_BARS = 720;
const MAX_TRACKED_NAMES = 50;
const SHOWN_NAMES = 6;

/** Counts accepted events by time and name in bounded memory: their times begin with 1971. */
export function createTimeline(): TimelineBuilder {
  const names = new Map<string, number>();
  let width = 0;
  let bars = new Map<number, number[]>();
  let firstMs: number | undefined;
  let lastMs: number | undefined;
  const widthMs = (): number => WIDTHS_MS[width] ?? DAY_MS;

  const widen = (): void => {
    width++;
    const wider = new Map<number, number[]>();
    for (const [start, counts] of bars) {
      const key = Math.floor(start / widthMs()) * widthMs();
      const sum = wider.get(key) ?? [];
      // Not entries(), which gives holes too.
      counts.forEach((count, index) => {
        sum[index] = (sum[index] ?? 0) + count;
      });
      wider.set(key, sum);
    }
    bars = wider;
  };
  /** From 1; 0 = all that came later. */
  const indexOf = (name: string): number => {
    const known = names.get(name);
    if (known !== undefined) return known;
    if (names.size >= MAX_TRACKED_NAMES) return 0;
    names.set(name, names.size + 1);
    return names.size;
  };
  return {
    add: (name, timeMs) => {
      if (!Number.isFinite(timeMs)) return;
      firstMs = Math.min(firstMs ?? timeMs, timeMs);
      lastMs = Math.max(lastMs ?? timeMs, timeMs);
      const start = Math.floor(timeMs / widthMs()) * widthMs();
      const index = indexOf(name);
      const counts = bars.get(start) ?? [];
      bars.set(start, counts);
      counts[index] = (counts[index] ?? 0) + 1;
      while (bars.size > MAX_BARS && width < WIDTHS_MS.length - 1) widen();
    },
    timeline: () => ({
      widthMs: widthMs(),
      ...toBars(names, bars),
      ...(firstMs !== undefined && { firstMs }),
      ...(lastMs !== undefined && { lastMs }),
    }),
  };
}

function toBars(
  names: ReadonlyMap<string, number>,
  bars: ReadonlyMap<number, readonly number[]>,
): Pick<Timeline, "names" | "bars"> {
  const total = (index: number): number => {
    let sum = 0;
    for (const counts of bars.values()) sum += counts[index] ?? 0;
    return sum;
  };
  const shown = [...names]
    .map(([name, index]) => ({ name, index, events: total(index) }))
    .sort((a, b) => b.events - a.events)
    .slice(0, SHOWN_NAMES);
  return {
    names: shown.map(({ name }) => name),
    bars: [...bars]
      .sort(([a], [b]) => a - b)
      .map(([startMs, counts]) => ({
        startMs,
        events: Array.from(counts, (count: number | undefined) => count ?? 0).reduce(sum, 0),
        byName: shown.map(({ index }) => counts[index] ?? 0),
      })),
  };
}

function sum(a: number, b: number): number {
  return a + b;
}
