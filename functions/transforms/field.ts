import type { Json, JsonRecord } from "../event/transform-contract.ts";
import { isJsonObject, propertiesOf } from "./event-properties.ts";

/**
 * A property by its name, or any value of the record by its path from the top: `["context",
 * "traits", "id"]`.
 */
export type Field = string | readonly string[];

/** The value of a field; undefined when it is absent. */
export function readField(record: JsonRecord, field: Field): Json | undefined {
  if (typeof field === "string") return ownMember(propertiesOf(record), field);
  let value: Json | undefined = record;
  for (const name of field) value = ownMember(value, name);
  return value;
}

/** How an error names a field. */
export function describeField(field: Field): string {
  return typeof field === "string" ? `properties.${field}` : field.join(".");
}

function ownMember(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
