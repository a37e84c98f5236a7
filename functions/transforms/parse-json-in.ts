import type { Transform } from "../event/transform-contract.ts";
import { toJson } from "./cell-types.ts";
import type { Field } from "./field.ts";
import { locateField, nameOfField, replaceAt } from "./located-field.ts";
import { checkField } from "./step-arguments.ts";
import { named } from "./time-reader.ts";

const STEP = "parseJsonIn";

/**
 * Makes of a field's text the JSON it holds, integers beyond 2^53 exactly. A field that is absent,
 * blank or no text stays as it is, and so does the record.
 *
 * @param field the name of a member of the record, or else of a property, or a path from the top
 * @throws Error for a record, without the text in it, when it is not JSON
 *
 * @example parseJsonIn("properties") // {"event": "Order", "properties": "{\"time\": ...}"}
 */
export function parseJsonIn(field: Field): Transform {
  checkField(STEP, "field", field);
  return (record) => {
    const located = locateField(record, field);
    const value = located?.value;
    if (located === undefined || typeof value !== "string") return record;
    const parsed = named(nameOfField(field), () => toJson(value));
    return parsed === value ? record : replaceAt(record, located.path, parsed);
  };
}
