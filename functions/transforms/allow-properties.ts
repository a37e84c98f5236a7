import type { Transform } from "../event/transform-contract.ts";
import { filterMembers, propertiesOf } from "./event-properties.ts";
import { ESSENTIAL_PROPERTIES } from "./pick-properties.ts";

/**
 * Lets through only what is on the list: events by name, and of each the properties named (besides
 * `time`, `distinct_id` and `$insert_id`). `*` stands for every event that is not named. An event
 * that is not on the list is left out; whatever the record holds beside `event` and `properties` is
 * removed. What a source adds later is not sent until it is listed. `distinct_id` goes through as
 * it is: hash it first when it identifies a person.
 *
 * @example
 * allowProperties({
 *   "Signed Up": ["plan", "$os"],
 *   "Order Placed": ["plan", "amount"],
 * })
 */
export function allowProperties(plan: Readonly<Record<string, readonly string[]>>): Transform {
  const allowed = new Map(
    Object.entries(plan).map(([event, names]) => [
      event,
      new Set([...ESSENTIAL_PROPERTIES, ...names]),
    ]),
  );
  return (record) => {
    const { event } = record;
    const properties = propertiesOf(record);
    // Not an event: refused, with the reason, by the checks that follow.
    if (typeof event !== "string" || properties === undefined) return record;
    const names = allowed.get(event) ?? allowed.get("*");
    if (names === undefined) return null;
    const kept = filterMembers(properties, (name) => names.has(name));
    return kept === properties && Object.keys(record).length === 2
      ? record
      : { event, properties: kept };
  };
}
