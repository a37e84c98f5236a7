import type { Json, JsonRecord } from "../event/transform-contract.ts";
import { isJsonObject, type JsonObject, propertiesOf, setMember } from "./event-properties.ts";
import type { Field } from "./field.ts";

/** A field of a record that may be an event or not yet one. */
export interface LocatedField {
  /** From the top of the record. */
  readonly path: readonly string[];
  readonly value: Json | undefined;
}

/**
 * Finds a field of a record that need not be an event: a name is that of a member of the record,
 * or, when it has none, of a property; a path goes from the top. Undefined when it is absent.
 */
export function locateField(record: JsonRecord, field: Field): LocatedField | undefined {
  if (typeof field !== "string") return locatePath(record, field);
  if (Object.hasOwn(record, field)) return { path: [field], value: record[field] };
  const properties = propertiesOf(record);
  return properties !== undefined && Object.hasOwn(properties, field)
    ? { path: ["properties", field], value: properties[field] }
    : undefined;
}

/** The record with another value at `path`, which is there. */
export function replaceAt(record: JsonObject, path: readonly string[], value: Json): JsonRecord {
  const [name = "", ...rest] = path;
  const inner = record[name];
  const replaced: Record<string, Json | undefined> = { ...record };
  setMember(
    replaced,
    name,
    isJsonObject(inner) && rest.length > 0 ? replaceAt(inner, rest, value) : value,
  );
  return replaced;
}

/** How an error names a field, wherever it is looked for. */
export function nameOfField(field: Field): string {
  return typeof field === "string" ? field : field.join(".");
}

/** That a record lacks a field, and what it has instead: names only. */
export function missingField(record: JsonRecord, field: Field): Error {
  const names = Object.keys(record).slice(0, MAX_LISTED);
  const list = names.map((name) => JSON.stringify(name.slice(0, MAX_NAME))).join(", ");
  return new Error(`${nameOfField(field)}: missing; the record has: ${list || "nothing"}`);
}

const MAX_LISTED = 40;
const MAX_NAME = 60;

function locatePath(record: JsonRecord, path: readonly string[]): LocatedField | undefined {
  let value: Json | undefined = record;
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return { path, value };
}
