import { OPERATORS } from "../event/profile-update.ts";
import type { Json, JsonRecord } from "../event/transform-contract.ts";

/** The properties of an event, or any other JSON object. */
export type JsonObject = Readonly<Record<string, Json | undefined>>;

/** Whether a JSON value is an object, and neither an array nor null. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isJsonArray(value);
}

/** `Array.isArray` that keeps the type of the elements. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The properties of an event; undefined when the record has none, and then it is no event. */
export function propertiesOf(record: JsonRecord): JsonObject | undefined {
  const properties = record["properties"];
  return isJsonObject(properties) ? properties : undefined;
}

/**
 * The record with properties as `edit` returns them. What `edit` gets must not be changed: several
 * events of one record may share it. When it is returned as it was, so is the record, which then
 * stays the bytes it came in.
 */
export function editProperties(
  record: JsonRecord,
  edit: (properties: JsonObject) => JsonObject,
): JsonRecord {
  const properties = propertiesOf(record);
  if (properties === undefined) return record;
  const edited = edit(properties);
  return edited === properties ? record : { ...record, properties: edited };
}

/**
 * The same for an event, and for an update of a profile, whose properties are what its operator
 * takes: what is to be in no event is to be in no profile either.
 */
export function editNamedProperties(
  record: JsonRecord,
  edit: (properties: JsonObject) => JsonObject,
): JsonRecord {
  const operator = OPERATORS.find((name) => Object.hasOwn(record, name));
  const properties = operator === undefined ? undefined : record[operator];
  if (operator === undefined || !isJsonObject(properties)) return editProperties(record, edit);
  const edited = edit(properties);
  return edited === properties ? record : { ...record, [operator]: edited };
}

/** The members of `object` that `keeps` names; `object` itself when that is all of them. */
export function filterMembers(object: JsonObject, keeps: (name: string) => boolean): JsonObject {
  const names = Object.keys(object);
  if (names.every((name) => keeps(name))) return object;
  const kept: Record<string, Json | undefined> = {};
  for (const name of names) if (keeps(name)) setMember(kept, name, object[name]);
  return kept;
}

/** Sets a member of any name; assigning one called `__proto__` would set the prototype instead. */
export function setMember(
  object: Record<string, Json | undefined>,
  name: string,
  value: Json | undefined,
): void {
  if (name !== "__proto__") object[name] = value;
  else
    Object.defineProperty(object, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
}

/** An id or another plain value as text; undefined for what is absent, empty, or no plain value. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "number" || typeof value === "bigint") return value.toString();
  return undefined;
}
