import type { Json, JsonRecord } from "../event/transform-contract.ts";
import { isJsonObject, type JsonObject, setMember, textOf } from "./event-properties.ts";
import { readField } from "./field.ts";
import { missingField } from "./located-field.ts";

/** Names of properties, and where in a record their values are: a path from its top. */
export type Paths = Readonly<Record<string, readonly string[]>>;

/** What a property means to Mixpanel, or what recipes set themselves. */
const RESERVED: ReadonlySet<string> = new Set([
  ...["time", "distinct_id", "$insert_id", "$user_id", "$device_id"],
  // https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties
  ...["token", "$ignore", "bucket", "$bucket"],
]);

/** The properties that a record has a value for. */
export function propertiesAt(record: JsonRecord, paths: Paths): JsonObject {
  return withoutEmpty(
    Object.entries(paths).map(([name, path]) => [name, readField(record, path)] as const),
  );
}

/** Members of which each has a name and a value: neither null nor "". */
export function withoutEmpty(
  entries: readonly (readonly [string, Json | undefined])[],
): JsonObject {
  const filled: Record<string, Json | undefined> = {};
  for (const [name, value] of entries)
    if (name !== "" && value !== undefined && value !== null && value !== "")
      setMember(filled, name, value);
  return filled;
}

/** The members of an object under longer names: `user_` and `plan` is `user_plan`. */
export function prefixed(prefix: string, object: JsonObject): JsonObject {
  return withoutEmpty(
    Object.entries(object).map(([name, value]) => [`${prefix}${name}`, value] as const),
  );
}

/**
 * A vendor's own properties, of which those whose names Mixpanel reserves get a longer one, so that
 * they neither get lost nor mean something else: `time` of Amplitude is `amplitude_time`.
 */
export function besideReserved(vendor: string, properties: JsonObject): JsonObject {
  const renamed: Record<string, Json | undefined> = {};
  for (const [name, value] of Object.entries(properties))
    setMember(renamed, RESERVED.has(name) ? `${vendor}_${name.replace("$", "")}` : name, value);
  return renamed;
}

/** The value, if it is an object, else an empty one. */
export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/**
 * The text of a member that each record of a vendor has.
 *
 * @param what the record has to be: `an event of Amplitude's export`
 * @throws Error when it is missing, with what the record has instead
 */
export function requiredText(record: JsonRecord, name: string, what: string): string {
  const text = textOf(record[name]);
  if (text === undefined) throw notA(what, record, name);
  return text;
}

/** That a record is not what a recipe reads, because it lacks a member: names only. */
export function notA(what: string, record: JsonRecord, name: string): Error {
  return new Error(`not ${what}: ${missingField(record, [name]).message}`);
}
