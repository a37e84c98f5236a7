import { EARLIEST_TIME_MS, MAX_TIME_AHEAD_MS } from "./limits.ts";
import type { Refusal, RuleName } from "./rules.ts";

/** Greater numbers are milliseconds: as seconds they would lie after the year 5138. Inferred. */
const FIRST_MILLISECONDS = 100_000_000_000;

const EPOCH_TEXT = /^\s*-?\d+(\.\d+)?\s*$/;

/**
 * `time` in milliseconds, as it was sent: seconds or milliseconds, also as a text (inferred:
 * Mixpanel's page on de-duplication gives its type as String). Undefined when it is neither.
 */
export function epochMilliseconds(time: unknown): number | undefined {
  const isNumeric =
    typeof time === "number" ||
    typeof time === "bigint" ||
    (typeof time === "string" && EPOCH_TEXT.test(time));
  if (!isNumeric) return undefined;
  const number = Number(time);
  return Math.round(Math.abs(number) >= FIRST_MILLISECONDS ? number : number * 1000);
}

/** The time under which an event is stored, or why it is refused. */
export function checkTime(time: unknown, nowMs: number): number | Refusal {
  if (time === undefined || time === null) return refuse("time-missing", "must not be missing");
  const timeMs = epochMilliseconds(time);
  if (timeMs === undefined)
    return refuse("time-not-epoch", "must be specified as seconds since epoch");
  if (timeMs < EARLIEST_TIME_MS) return refuse("time-too-old", "must not be before 1971-01-01");
  if (timeMs > nowMs + MAX_TIME_AHEAD_MS)
    return refuse("time-in-future", "must not be in the future");
  return Math.min(timeMs, nowMs);
}

function refuse(rule: RuleName, message: string): Refusal {
  return {
    rule,
    field: "properties.time",
    message: `'properties.time' is invalid: ${message}`,
  };
}
