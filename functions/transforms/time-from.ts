import { FIRST_MILLISECONDS } from "../event/limits.ts";
import type { Json, Transform } from "../event/transform-contract.ts";
import { editProperties } from "./event-properties.ts";
import { describeField, type Field, readField } from "./field.ts";
import { parseCount, parseIso8601, TIME_FORMATS, type TimeFormat } from "./parse-time.ts";
import { checkChoice, checkField, checkOptions } from "./step-arguments.ts";
import { createZoneClock } from "./time-zone.ts";

const STEP = "timeFrom";
/** Mixpanel refuses what is older. https://docs.mixpanel.com/reference/import-events */
const EARLIEST_MS = Date.UTC(1971, 0, 1);

/**
 * Sets `time` from another field, in milliseconds (in seconds before March 1973, where milliseconds
 * would be mistaken for seconds). The field stays. The format is told, never guessed: seconds where
 * milliseconds were promised are an error, not an event in 1970.
 *
 * An event whose field is absent, is not in that format, or lies before 1971 is dead-lettered with
 * the reason.
 *
 * @param field a property's name, or a path from the top of the record
 * @param zone of ISO 8601 text that names none: an IANA name or an offset. Without it such text is
 *   an error
 * @throws Error when an argument is none of these, or a zone is given for a count, which is always
 *   UTC
 *
 * @example timeFrom("created_at", "iso8601") // "2026-01-31T23:59:59Z"
 * @example timeFrom("created_at", "iso8601", { zone: "Europe/Vienna" }) // "2026-01-31 23:59:59"
 * @example timeFrom(["event_timestamp"], "microseconds")
 */
export function timeFrom(
  field: Field,
  format: TimeFormat,
  options: { readonly zone?: string } = {},
): Transform {
  checkField(STEP, "field", field);
  checkChoice(STEP, "format", format, TIME_FORMATS);
  checkOptions(STEP, options, ["zone"]);
  const { zone } = options;
  const parse = createParser(format, zone);
  const name = describeField(field);
  return (record) => {
    const value = readField(record, field);
    if (value === undefined || value === null) throw new Error(`${name}: missing`);
    const ms = named(name, () => parse(value));
    return editProperties(record, (properties) => ({ ...properties, time: toMixpanelTime(ms) }));
  };
}

function createParser(format: TimeFormat, zone: string | undefined): (value: Json) => number {
  if (format === "iso8601") {
    const fromZone = zone === undefined ? undefined : named(STEP, () => createZoneClock(zone));
    return (value) => inRange(parseIso8601(value, fromZone));
  }
  if (zone !== undefined) throw new Error(`${STEP}: a number of ${format} has no time zone.`);
  return (value) => inRange(parseCount(value, format));
}

function inRange(ms: number): number {
  if (ms < EARLIEST_MS) throw new Error("before 1971; is the unit right?");
  return ms;
}

/** A time as Mixpanel reads it right, from milliseconds since 1970. */
export function toMixpanelTime(ms: number): number {
  return ms < FIRST_MILLISECONDS ? ms / 1000 : ms;
}

function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`${name}: ${text}`, { cause: error });
  }
}
