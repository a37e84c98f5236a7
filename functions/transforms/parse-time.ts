import type { Json } from "../event/transform-contract.ts";

/** How a time is written: ISO 8601 text, or a count since 1970-01-01 UTC. */
export type TimeFormat = (typeof TIME_FORMATS)[number];

/** All of them. */
export const TIME_FORMATS = ["iso8601", "seconds", "milliseconds", "microseconds"] as const;

const PER_MILLISECOND = { seconds: 1 / 1000, milliseconds: 1, microseconds: 1000 } as const;

const NUMBER = /^[+-]?\d+(\.\d+)?$/;

const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|[+-]\d{2}(?::?\d{2})?))?)?$/i;

/**
 * A count, as a number or as text, in milliseconds since 1970. @throws Error without the value in
 * it
 */
export function parseCount(value: Json, format: Exclude<TimeFormat, "iso8601">): number {
  const isNumber =
    typeof value === "number" ||
    typeof value === "bigint" ||
    (typeof value === "string" && NUMBER.test(value.trim()));
  if (!isNumber) throw new Error(`not a number of ${format}`);
  return Math.floor(Number(value) / PER_MILLISECOND[format]);
}

/**
 * ISO 8601 text (`2026-01-31T23:59:59.123Z`, `2026-01-31 23:59+02:00`, `2026-01-31`) in
 * milliseconds since 1970; finer digits are cut off.
 *
 * @param fromZone turns what a clock on the wall shows into a time, for text that names no zone
 * @throws Error without the value in it: for other text, for a date that does not exist, and for
 *   text without a zone when there is no `fromZone`
 */
export function parseIso8601(
  value: Json,
  fromZone: ((wallMs: number) => number) | undefined,
): number {
  const match = typeof value === "string" ? ISO_8601.exec(value.trim()) : null;
  if (match === null) throw new Error("not an ISO 8601 time");
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] = match;
  const wallMs = wallTime([year, month, day, hour, minute, second].map(Number), fraction);
  if (zone !== undefined) return wallMs - parseOffset(zone);
  if (fromZone === undefined) throw new Error("a time without a zone, and no zone was given");
  return fromZone(wallMs);
}

function wallTime(parts: readonly number[], fraction: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC takes the 31st of February for the 3rd of March.
  const isReal =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  if (!isReal) throw new Error("a date or time that does not exist");
  return date.getTime() + Math.floor(Number(`0.${fraction || "0"}`) * 1000);
}

function parseOffset(zone: string): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? -offset : offset;
}
