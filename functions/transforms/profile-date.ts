import { NUMERIC } from "../event/event-rules.ts";
import { FIRST_MILLISECONDS } from "../event/limits.ts";
import type { Json } from "../event/transform-contract.ts";
import { parseIso8601 } from "./parse-time.ts";

/** A day without a time of day is a date to Mixpanel as it is, in whatever zone. */
const DAY = /^\s*\d{4}-\d{2}-\d{2}\s*$/;

/** `20260131`: as seconds it would be a day of 1970. */
const COMPACT_DAY = /^(19|20)\d{6}$/;

/** As whole milliseconds, the end of the year 9999: what comes later has another form. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const EARLIEST_MS = Date.parse("0000-01-01T00:00:00Z");

/**
 * A time as a date of a profile: `2026-01-31T23:59:59`, in UTC and without a zone, the one form
 * that Mixpanel documents. Whatever is finer than a second is cut off. A day (`2026-01-31`) stays a
 * day; numbers, also as text, are seconds or milliseconds, told apart as Mixpanel does for events.
 * https://docs.mixpanel.com/docs/data-structure/property-reference/data-type#date
 *
 * @param fromZone turns what a clock on the wall shows into a time, for text that names no zone
 * @throws Error without the value in it: for anything else, and for text without a zone when there
 *   is no `fromZone`
 */
export function toProfileDate(value: Json, fromZone?: (wallMs: number) => number): string {
  const ms = countedMs(value) ?? parseIso8601(value, fromZone ?? dayIn(value));
  if (typeof value === "string" && DAY.test(value)) return value.trim();
  if (!(ms >= EARLIEST_MS && ms <= LATEST_MS))
    throw new Error("a date or time that does not exist");
  return new Date(ms).toISOString().slice(0, "2026-01-31T23:59:59".length);
}

/** The same for what need not be a time: anything else stays as it is. */
export function asProfileDate(value: Json): Json {
  try {
    return toProfileDate(value);
  } catch {
    return value;
  }
}

/** A day needs no zone to be checked. */
function dayIn(value: Json): ((wallMs: number) => number) | undefined {
  return typeof value === "string" && DAY.test(value) ? (wallMs) => wallMs : undefined;
}

function countedMs(value: Json): number | undefined {
  const isCount =
    typeof value === "number" ||
    typeof value === "bigint" ||
    (typeof value === "string" && NUMERIC.test(value));
  if (!isCount) return undefined;
  const count = Number(value);
  if (COMPACT_DAY.test(String(value).trim()))
    throw new Error("a day without hyphens, or seconds of 1970");
  return Math.abs(count) < FIRST_MILLISECONDS ? count * 1000 : count;
}
