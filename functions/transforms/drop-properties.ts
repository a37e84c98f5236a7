import type { Transform } from "../event/transform-contract.ts";
import { editProperties, filterMembers } from "./event-properties.ts";
import { matchNames, type NamePattern } from "./name-pattern.ts";
import { checkNamePatterns } from "./step-arguments.ts";

/**
 * Removes the properties with these names.
 *
 * @example dropProperties("email", "$ip", /^internal_/)
 */
export function dropProperties(...names: readonly NamePattern[]): Transform {
  checkNamePatterns("dropProperties", names);
  const isDropped = matchNames(names);
  return (record) =>
    editProperties(record, (properties) => filterMembers(properties, (name) => !isDropped(name)));
}
