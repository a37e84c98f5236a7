import { InvalidArgumentError } from "commander";

import { CORRUPT, NEWER } from "../stack/unread-receipt.ts";
import type { NamePrefix } from "./joined-objects.ts";
import type { StatusFilter } from "./collect-objects.ts";

/** What `status` is told about the objects it shows. */
export interface FilterFlags {
  readonly prefix?: NamePrefix;
  readonly state?: readonly string[];
  /** Milliseconds. */
  readonly since?: number;
  readonly olderThan?: number;
  readonly limit: number;
  readonly all?: true;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90s`, `30m`, `2h`, `3d` in milliseconds. @throws InvalidArgumentError */
export function parseAge(text: string): number {
  const [, number = "", unit = ""] = /^(\d{1,6})\s?([smhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return Number(number) * unitMs;
  throw new InvalidArgumentError("Give a number and s, m, h or d: 30m, 2h, 3d.");
}

/** @throws InvalidArgumentError */
export function parseLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit > 0 && limit <= 100_000) return limit;
  throw new InvalidArgumentError("It must be a whole number from 1 to 100000.");
}

/** States of receipts, and of what has none. */
export const STATES = [
  "complete",
  "truncated",
  "superseded",
  "deleted",
  "quarantined",
  "unreadable",
  CORRUPT,
  NEWER,
  "waiting",
  "importing",
  "skipped",
] as const;

/** `waiting,importing`; repeatable. @throws InvalidArgumentError */
export function parseStates(text: string, earlier: readonly string[] = []): readonly string[] {
  const states = text.split(",").map((state) => state.trim());
  if (states.every((state) => STATES.some((known) => known === state)))
    return [...earlier, ...states];
  throw new InvalidArgumentError(`There are ${STATES.join(", ")}.`);
}

/** `2026/11/`, or `gs://bucket/2026/11/`. */
export function parsePrefix(text: string): NamePrefix {
  const [, bucket, prefix = ""] = /^gs:\/\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? [];
  return bucket === undefined ? { bucket: undefined, prefix: text } : { bucket, prefix };
}

/** @param now milliseconds since 1970 */
export function toFilter(flags: FilterFlags, now: number): StatusFilter {
  const { prefix, state = [], since, olderThan, limit, all } = flags;
  return {
    names: prefix ?? { bucket: undefined, prefix: "" },
    states: new Set(state),
    since: since === undefined ? -Infinity : now - since,
    until: olderThan === undefined ? Infinity : now - olderThan,
    limit,
    readsAll: all ?? false,
  };
}
