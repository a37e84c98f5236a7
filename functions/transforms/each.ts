import { isRecord, type Transform } from "../event/transform-contract.ts";
import { filterMembers, isJsonArray } from "./event-properties.ts";
import type { Field } from "./field.ts";
import { locateField, missingField, nameOfField } from "./located-field.ts";
import { checkField, checkNames, checkOptions } from "./step-arguments.ts";

const STEP = "each";

/**
 * Makes a record of its own of each element of a list: of a batch its events, of an order its
 * items. An empty list leaves the record out. One element that cannot be imported makes the whole
 * record a dead letter: it is imported completely or not at all.
 *
 * An element without `$insert_id` gets one that is made of the bytes of the whole record and the
 * element's place in the list, so that what is delivered twice is counted once; put another
 * element in front and the ids behind it are others.
 *
 * @param field the name of a member of the record, or else of a property, or a path from the top
 * @param keep members of the record that each element gets, too; its own come first
 * @throws Error for a record whose field is missing or no list, or has what is no object in it
 *
 * @example each("events") // {"events": [{"event": ...}, {"event": ...}]}
 * @example compose(each("items", { keep: ["user_id", "created_at"] }), eventFromRow({ ... }))
 */
export function each(field: Field, options: { readonly keep?: readonly string[] } = {}): Transform {
  checkField(STEP, "field", field);
  checkOptions(STEP, options, ["keep"]);
  const { keep = [] } = options;
  checkNames(STEP, "keep", keep);
  const kept = new Set(keep);
  return (record) => {
    const located = locateField(record, field);
    if (located === undefined) throw missingField(record, field);
    const { value } = located;
    if (!isJsonArray(value)) throw new Error(`${nameOfField(field)}: not a list`);
    const around = filterMembers(record, (name) => kept.has(name));
    return value.map((element, index) => {
      if (!isRecord(element)) throw new Error(`${nameOfField(field)}[${index}]: not an object`);
      return { ...around, ...element };
    });
  };
}
