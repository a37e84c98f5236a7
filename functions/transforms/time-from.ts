import type { Transform } from "../event/transform-contract.ts";
import { editProperties } from "./event-properties.ts";
import { describeField, type Field, readField } from "./field.ts";
import { TIME_FORMATS, type TimeFormat } from "./parse-time.ts";
import { checkChoice, checkField, checkOptions } from "./step-arguments.ts";
import { createTimeReader, named } from "./time-reader.ts";

const STEP = "timeFrom";

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
  const read = createTimeReader(STEP, { format, zone });
  const name = describeField(field);
  return (record) => {
    const value = readField(record, field);
    if (value === undefined || value === null) throw new Error(`${name}: missing`);
    const time = named(name, () => read(value));
    return editProperties(record, (properties) => ({ ...properties, time }));
  };
}
