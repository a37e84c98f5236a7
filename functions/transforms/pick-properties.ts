import type { Transform } from "../event/transform-contract.ts";
import { editNamedProperties, filterMembers } from "./event-properties.ts";
import { matchNames, type NamePattern } from "./name-pattern.ts";
import { checkNamePatterns } from "./step-arguments.ts";

/**
 * What an event cannot be imported without, or would be another event without.
 * https://docs.mixpanel.com/reference/import-events
 */
export const ESSENTIAL_PROPERTIES = ["time", "distinct_id", "$insert_id"] as const;

/**
 * Keeps the properties with these names, of events and of updates of profiles, and `time`,
 * `distinct_id` and `$insert_id`, which an import needs.
 *
 * @example pickProperties("plan", "amount", /^utm_/)
 */
export function pickProperties(...names: readonly NamePattern[]): Transform {
  checkNamePatterns("pickProperties", names);
  const isKept = matchNames([...ESSENTIAL_PROPERTIES, ...names]);
  return (record) => editNamedProperties(record, (properties) => filterMembers(properties, isKept));
}
