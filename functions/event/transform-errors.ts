/**
 * What is wrong with a transform, in our own words: a fixed vocabulary, unlike the texts that
 * transforms throw.
 */

export const RETURNED_NOTHING = "returned nothing: forgot `return`? `null` leaves a record out";
export const IS_ASYNCHRONOUS = "a transform has to be synchronous";
export const HAS_NO_JSON = "the transform returned something that has no JSON";
export const DID_NOT_RETURN = "the transform did not return within 5 s";
export const THREW_NO_ERROR = "threw something that is no error";

/** What is returned instead of a record, as `kindOf` names it. */
const KINDS = [
  ...["null", "undefined", "an array", "a string", "a number", "a boolean"],
  ...["a bigint", "a symbol", "a function"],
];

/** For what is neither a record, nor an array of them, nor `null`. */
export function returnedWrong(value: unknown): string {
  return value === undefined ? RETURNED_NOTHING : withoutArray(kindOf(value));
}

/** For an array with `value`, which is not a record, among its elements. */
export function returnedAmong(value: unknown): string {
  return inArray(kindOf(value));
}

/** All texts of this vocabulary. */
export const TRANSFORM_ERRORS: ReadonlySet<string> = new Set([
  ...[RETURNED_NOTHING, IS_ASYNCHRONOUS, HAS_NO_JSON, THREW_NO_ERROR],
  DID_NOT_RETURN,
  ...KINDS.flatMap((kind) => [withoutArray(kind), inArray(kind)]),
]);

function withoutArray(kind: string): string {
  return `the transform returned ${kind}`;
}

function inArray(kind: string): string {
  return `the transform returned an array with ${kind} in it`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
