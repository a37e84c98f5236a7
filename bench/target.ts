/** A number to reach, and the one that was measured. */
export interface Target {
  readonly name: string;
  readonly unit: string;
  readonly limit: number;
  readonly isMinimum: boolean;
  readonly measured: number;
}

export const MEGABYTE = 1e6;

export function isReached({ isMinimum, limit, measured }: Target): boolean {
  return isMinimum ? measured >= limit : measured <= limit;
}

export function atMost(name: string, unit: string, limit: number, measured: number): Target {
  return { name, unit, limit, isMinimum: false, measured };
}

export function atLeast(name: string, unit: string, limit: number, measured: number): Target {
  return { name, unit, limit, isMinimum: true, measured };
}
