import type { Transform } from "../event/transform-contract.ts";
import { filterMembers, propertiesOf } from "./event-properties.ts";
import { ESSENTIAL_PROPERTIES } from "./pick-properties.ts";
import { checkedEntries, checkNames, checkSome } from "./step-arguments.ts";

const STEP = "allowProperties";

/**
 * Lets through only what is on the list: events by name, and of each the properties named (besides
 * `time`, `distinct_id` and `$insert_id`). `*` stands for every event that is not named. An event
 * that is not on the list is left out; whatever the record holds beside `event` and `properties` is
 * removed. What a source adds later is not sent until it is listed. `distinct_id` goes through as
 * it is: hash it first when it identifies a person.
 *
 * @throws Error for a plan without an event, which would leave everything out
 *
 * @example
 * allowProperties({
 *   "Signed Up": ["plan", "$os"],
 *   "Order Placed": ["plan", "amount"],
 * })
 */
export function allowProperties(plan: Readonly<Record<string, readonly string[]>>): Transform {
  const entries = checkedEntries(STEP, "plan", plan, "an object of lists of names");
  checkSome(STEP, "event", entries);
  for (const [event, names] of entries) checkNames(STEP, JSON.stringify(event), names);
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
