import { NUMERIC } from "../event/event-rules.ts";
import { FIRST_MILLISECONDS } from "../event/limits.ts";
import type { Json, JsonRecord } from "../event/transform-contract.ts";
import { parseCount, parseIso8601, type TimeFormat } from "./parse-time.ts";
import { createZoneClock } from "./time-zone.ts";

/** Mixpanel refuses what is older. https://docs.mixpanel.com/reference/import-events */
const EARLIEST_MS = Date.UTC(1971, 0, 1);

/** How the times of a field are written. */
export interface TimeNotation {
  /**
   * @default what needs no telling: ISO 8601 text, and numbers (also as text) of seconds or
   *   milliseconds, which Mixpanel tells apart itself
   */
  readonly format?: TimeFormat | undefined;
  /** Of ISO 8601 text that names none: an IANA name or an offset. @default such text is an error */
  readonly zone?: string | undefined;
}

/** A time as Mixpanel reads it right, out of a field; throws an Error without the value in it. */
export type TimeReader = (value: Json) => number;

/**
 * @param step names the step in errors
 * @throws Error for a zone that does not exist, or one beside a count, which is always UTC
 */
export function createTimeReader(step: string, { format, zone }: TimeNotation): TimeReader {
  if (zone !== undefined && format !== undefined && format !== "iso8601")
    throw new Error(`${step}: a number of ${format} has no time zone.`);
  const fromZone = zone === undefined ? undefined : named(step, () => createZoneClock(zone));
  const readText: TimeReader = (value) => toMixpanelTime(inRange(parseIso8601(value, fromZone)));
  if (format === undefined) return (value) => plainCount(value) ?? readText(value);
  if (format === "iso8601") return readText;
  return (value) => toMixpanelTime(inRange(parseCount(value, format)));
}

/** A time as Mixpanel reads it right, from milliseconds since 1970. */
export function toMixpanelTime(ms: number): number {
  return ms < FIRST_MILLISECONDS ? ms / 1000 : ms;
}

/** What `work` returns; an error of it gets `name` in front. */
export function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`${name}: ${text}`, { cause: error });
  }
}

/** A number, as such or as text; undefined for anything else. */
function plainCount(value: Json): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  return typeof value === "string" && NUMERIC.test(value) ? Number(value) : undefined;
}

function inRange(ms: number): number {
  if (ms < EARLIEST_MS) throw new Error("before 1971; is the unit right?");
  return ms;
}

/**
 * The time of a record, in the first of these members that holds one.
 *
 * @throws Error that names the member, when it is none or all are absent
 */
export function readTimeIn(
  record: JsonRecord,
  members: readonly string[],
  read: TimeReader,
): number {
  for (const member of members) {
    const value = record[member];
    if (value !== undefined && value !== null && value !== "")
      return named(member, () => read(value));
  }
  throw new Error(`${members.join(" or ")}: missing`);
}
