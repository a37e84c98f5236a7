import { FIRST_MILLISECONDS, MAX_SECONDS_AHEAD, PLACEHOLDER_IDS } from "./limits.ts";
import { NOT_AN_OBJECT, type Problem } from "./problem.ts";
import { isRecord } from "./transform-contract.ts";

/** A number as text, as Mixpanel takes it for `time`. */
export const NUMERIC = /^\s*[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\s*$/;

/** An event that passed `checkEvent`. */
export interface CheckedEvent {
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Whether something has the shape of an event. */
export type ShapeVerdict =
  | { readonly kind: "event"; readonly event: CheckedEvent }
  | { readonly kind: "refused"; readonly problem: Problem };

/**
 * Whether `value` has the shape of an event: an object with a name and properties. `encoding` says
 * how its strings were decoded: `latin1` when the bytes, UTF-8, were read as Latin-1 because that
 * is cheaper.
 */
export function checkShape(value: unknown, encoding: "utf8" | "latin1"): ShapeVerdict {
  if (!isRecord(value)) return { kind: "refused", problem: NOT_AN_OBJECT };
  const { event, properties } = value;
  if (event === undefined) return refused("event", "missing");
  if (typeof event !== "string") return refused("event", "not a string");
  if (isBlank(event, encoding)) return refused("event", "blank");
  if (properties === undefined) return refused("properties", "missing");
  if (!isRecord(properties)) return refused("properties", "not an object");
  return { kind: "event", event: { event, properties } };
}

/**
 * Checks what Mixpanel is certain to refuse, so that it costs no request: `time` absent, not
 * numeric or in the future, `distinct_id` a placeholder. Everything else is Mixpanel's own
 * decision. https://docs.mixpanel.com/reference/import-events, "Validation"
 */
export function checkProperties(
  properties: Readonly<Record<string, unknown>>,
  nowMs: number,
): Problem | undefined {
  const { time, distinct_id: distinctId } = properties;
  if (time === undefined || time === null) return invalid("properties.time", "missing");
  const number = toNumber(time);
  if (number === undefined) return invalid("properties.time", "not a number: timeFrom reads it");
  if (isTooFarAhead(number, nowMs)) return invalid("properties.time", futureError(number, nowMs));
  if (typeof distinctId === "string" && PLACEHOLDER_IDS.has(distinctId))
    return invalid("properties.distinct_id", "a placeholder value");
  return undefined;
}

/** Whether `time`, in seconds or milliseconds, is certainly in Mixpanel's future. */
export function isTooFarAhead(time: number, nowMs: number): boolean {
  const seconds = time >= FIRST_MILLISECONDS ? time / 1000 : time;
  return seconds > nowMs / 1000 + MAX_SECONDS_AHEAD;
}

/** Finer units than Mixpanel's make a time of the distant future. */
const FINER_UNITS = [
  ["microseconds", 1e3],
  ["nanoseconds", 1e6],
] as const;

/** Mixpanel has no events of before 1971. https://docs.mixpanel.com/reference/import-events */
const EARLIEST_MS = Date.UTC(1971, 0, 1);

/** Names the unit in which `time` would be a time of the past. */
function futureError(time: number, nowMs: number): string {
  const unit = FINER_UNITS.find(([, perMillisecond]) => {
    const ms = time / perMillisecond;
    return ms >= EARLIEST_MS && ms <= nowMs + MAX_SECONDS_AHEAD * 1000;
  });
  return unit === undefined ? "in the future" : `in the future: in ${unit[0]}?`;
}

function toNumber(time: unknown): number | undefined {
  if (typeof time === "number") return time;
  if (typeof time === "bigint") return Number(time);
  return typeof time === "string" && NUMERIC.test(time) ? Number(time) : undefined;
}

/**
 * Only an event whose first character is not printable ASCII can be blank, and only then is it
 * looked at. As Latin-1 its characters are bytes, unless they were written with escapes.
 */
function isBlank(event: string, encoding: "utf8" | "latin1"): boolean {
  const first = event.charCodeAt(0);
  if (first > 0x20 && first < 0x7f) return false;
  if (event.trim() === "") return true;
  if (encoding === "utf8" || ABOVE_LATIN1.test(event)) return false;
  return Buffer.from(event, "latin1").toString("utf8").trim() === "";
}

const ABOVE_LATIN1 = /[^\u0000-\u00ff]/;

function refused(field: string, error: string): ShapeVerdict {
  return { kind: "refused", problem: invalid(field, error) };
}

function invalid(field: string, error: string): Problem {
  return { reason: "invalid", field, error };
}
