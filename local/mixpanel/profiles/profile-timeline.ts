import type { Properties } from "./operation.ts";

/** What one update does to a profile. */
export interface TimedChange {
  /** `$time`, or when it arrived. */
  readonly timeMs: number;
  readonly hasOwnTime: boolean;
  readonly change: (properties: Properties | undefined) => Properties | undefined;
}

/** A profile as what it was and what came after: kept only where a switch gives `$time` a say. */
export interface Timeline {
  readonly base: Properties | undefined;
  /** By time, those of the same time in order of arrival. */
  readonly changes: readonly TimedChange[];
}

export function insertChange({ base, changes }: Timeline, change: TimedChange): Timeline {
  const position = changes.findLastIndex(({ timeMs }) => timeMs <= change.timeMs) + 1;
  return { base, changes: changes.toSpliced(position, 0, change) };
}

/** Whether an earlier update brought the same `$time`. */
export function hasSameTime({ changes }: Timeline, { timeMs, hasOwnTime }: TimedChange): boolean {
  return hasOwnTime && changes.some((other) => other.hasOwnTime && other.timeMs === timeMs);
}

export function replay({ base, changes }: Timeline): Properties | undefined {
  return changes.reduce((properties, { change }) => change(properties), base);
}
