/** Keeps the newest of many, in memory for twice as many as are kept. */
export interface Newest<T> {
  add(item: T): void;
  /** Newest first. */
  take(): readonly T[];
}

/**
 * @param limit how many are kept
 * @param timeOf milliseconds; what has no time (NaN) is the oldest
 */
export function createNewest<T>(limit: number, timeOf: (item: T) => number): Newest<T> {
  let kept: { readonly item: T; readonly time: number }[] = [];
  const cut = (): void => {
    kept = kept.toSorted((one, other) => other.time - one.time).slice(0, limit);
  };
  return {
    add: (item) => {
      const time = timeOf(item);
      kept.push({ item, time: Number.isNaN(time) ? 0 : time });
      if (kept.length >= 2 * limit + 1000) cut();
    },
    take: () => {
      cut();
      return kept.map(({ item }) => item);
    },
  };
}
