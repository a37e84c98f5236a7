import { type Operator, OPERATORS } from "../event/profile-update.ts";

/** Operators whose operand is an object of properties, as a row is one. */
export const ROW_OPERATORS = [
  "$set",
  "$set_once",
  "$add",
  "$append",
  "$union",
  "$remove",
] as const satisfies readonly Operator[];
export type RowOperator = (typeof ROW_OPERATORS)[number];

/**
 * Properties of a profile that Mixpanel makes itself: when it was changed last, which "should not
 * be set manually", and when its first event happened.
 * https://docs.mixpanel.com/docs/data-structure/property-reference/default-properties and
 * https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties
 */
export const MADE_BY_MIXPANEL: ReadonlySet<string> = new Set([
  "$last_seen",
  "$mp_first_event_time",
]);

/** What stands beside an operator in an update; under it, it would be a property like any other. */
export const BESIDE_OPERATOR: ReadonlySet<string> = new Set([
  ...["$distinct_id", "$group_key", "$group_id", "$token", "$ip", "$time"],
  ...["$ignore_time", "$ignore_alias"],
  ...OPERATORS,
]);

/**
 * Whether a property of this name is no property of a profile, or one that hides it: "Do not name
 * any property bucket or $bucket."
 * https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties
 */
export function isReservedInProfile(name: string): boolean {
  const isBucket = name === "bucket" || name === "$bucket";
  return isBucket || BESIDE_OPERATOR.has(name) || MADE_BY_MIXPANEL.has(name);
}
