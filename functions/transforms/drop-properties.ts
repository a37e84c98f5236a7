import type { Transform } from "../event/transform-contract.ts";
import { editNamedProperties, filterMembers } from "./event-properties.ts";
import { matchNames, type NamePattern } from "./name-pattern.ts";
import { checkNamePatterns } from "./step-arguments.ts";

/**
 * Removes the properties with these names, of events and of updates of profiles.
 *
 * @example dropProperties("email", "$ip", /^internal_/)
 */
export function dropProperties(...names: readonly NamePattern[]): Transform {
  checkNamePatterns("dropProperties", names);
  const isDropped = matchNames(names);
  return (record) =>
    editNamedProperties(record, (properties) =>
      filterMembers(properties, (name) => !isDropped(name)),
    );
}
