import type { FractionDigits } from "./schema.ts";

const DAY_MS = 86_400_000;
/** https://tc39.es/ecma262/#sec-time-values-and-time-range */
const MAX_MS = 8.64e15;
/** Julian day of 1970-01-01. */
const UNIX_EPOCH_DAY = 2_440_588n;
const DAY_NS = 86_400_000_000_000n;

/** Days of which the text is kept: those of a file are mostly the same few. */
const MAX_KEPT_DAYS = 4096;
const keptDays = new Map<number, string>();

/** `2026-11-26`, of days since 1970-01-01; the number where no calendar goes. */
export function dateText(days: number): string {
  const kept = keptDays.get(days);
  if (kept !== undefined) return kept;
  const ms = days * DAY_MS;
  if (Math.abs(ms) > MAX_MS) return String(days);
  const text = new Date(ms).toISOString().split("T")[0] ?? "";
  if (keptDays.size >= MAX_KEPT_DAYS) keptDays.clear();
  keptDays.set(days, text);
  return text;
}

/**
 * `2026-11-26T10:20:30.123456`, of milli-, micro- or nanoseconds since 1970-01-01; undefined beyond
 * 270,000 years. `Date` writes the same, at four times the cost.
 */
export function timestampText(value: number | bigint, digits: FractionDigits): string | undefined {
  const { ms, rest } = toMilliseconds(value, digits);
  if (Math.abs(ms) > MAX_MS) return undefined;
  const days = Math.floor(ms / DAY_MS);
  return `${dateText(days)}T${clockText(ms - days * DAY_MS)}${rest}`;
}

/** `10:20:30.123456`, of milli-, micro- or nanoseconds since midnight. */
export function timeText(value: number | bigint, digits: FractionDigits): string {
  const { ms, rest } = toMilliseconds(value, digits);
  // Some databases have 24:00:00.
  return ms < 0 || ms > DAY_MS ? String(value) : `${clockText(ms)}${rest}`;
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));

function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hour = TWO_DIGITS[Math.floor(minutes / 60)] ?? "";
  const minute = TWO_DIGITS[minutes % 60] ?? "";
  const second = TWO_DIGITS[seconds % 60] ?? "";
  return `${hour}:${minute}:${second}.${String(ms % 1000).padStart(3, "0")}`;
}

/**
 * The timestamp that Impala, Hive and Spark wrote before there were others: nanoseconds of a Julian
 * day, without a word about the time zone.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md
 */
export function julianTimestampText(nanoseconds: bigint, day: number): string {
  const sinceEpoch = (BigInt(day) - UNIX_EPOCH_DAY) * DAY_NS + nanoseconds;
  return timestampText(sinceEpoch, 9) ?? String(sinceEpoch);
}

/** Whole milliseconds, and the digits that are smaller. */
function toMilliseconds(
  value: number | bigint,
  digits: FractionDigits,
): { readonly ms: number; readonly rest: string } {
  if (digits === 3) return { ms: Number(value), rest: "" };
  const perMs = digits === 6 ? 1000 : 1_000_000;
  if (typeof value === "number") {
    const ms = Math.floor(value / perMs);
    return { ms, rest: String(value - ms * perMs).padStart(digits - 3, "0") };
  }
  const [big, divisor] = [value, BigInt(perMs)];
  const rest = ((big % divisor) + divisor) % divisor;
  return { ms: Number((big - rest) / divisor), rest: String(rest).padStart(digits - 3, "0") };
}
