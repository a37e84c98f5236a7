import type { Transform } from "../event/transform-contract.ts";
import { editProperties, textOf } from "./event-properties.ts";
import { type Field, readField } from "./field.ts";
import { isPlaceholderId } from "./placeholder-id.ts";
import { checkField, checkSome, ordinal } from "./step-arguments.ts";

const STEP = "distinctIdFrom";

/**
 * Sets `distinct_id` to the first of these fields that holds an id: text that is not empty and no
 * placeholder, or a number, which becomes text. When none does, a `distinct_id` that is there
 * stays, and one that is absent becomes "", an event without a user: left absent, Mixpanel would
 * make one up from the address of the request.
 *
 * @example distinctIdFrom("user_id", "anonymous_id")
 * @example distinctIdFrom(["context", "traits", "id"]) // a path from the top of the record
 */
export function distinctIdFrom(...fields: readonly Field[]): Transform {
  checkSome(STEP, "field", fields);
  for (const [index, field] of fields.entries()) checkField(STEP, ordinal("field", index), field);
  return (record) => {
    const values = fields.map((field) => readField(record, field));
    const id = values
      .filter((value) => !isPlaceholderId(value))
      .map(textOf)
      .find(Boolean);
    return editProperties(record, (properties) => {
      const present = properties["distinct_id"];
      const next = id ?? present ?? "";
      return next === present ? properties : { ...properties, distinct_id: next };
    });
  };
}
