import { isRecord, type Transform } from "../event/transform-contract.ts";
import type { Field } from "./field.ts";
import { locateField, missingField, nameOfField } from "./located-field.ts";
import { checkField } from "./step-arguments.ts";

const STEP = "unwrap";

/**
 * Puts what is in a field in the record's place, and leaves what is around it out.
 *
 * @param field the name of a member of the record, or else of a property, or a path from the top
 * @throws Error for a record whose field is missing or no object, with what it has instead
 *
 * @example unwrap("jsonPayload")
 * @example compose(parseJsonIn("data"), unwrap("data"), eventFromRow())
 */
export function unwrap(field: Field): Transform {
  checkField(STEP, "field", field);
  return (record) => {
    const located = locateField(record, field);
    if (located === undefined) throw missingField(record, field);
    const { value } = located;
    if (!isRecord(value)) throw new Error(`${nameOfField(field)}: not an object`);
    return value;
  };
}
