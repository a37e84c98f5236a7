import { isJsonObject, type JsonObject } from "../../json.ts";
import { cutText } from "../cut-text.ts";
import { stringifyExactly } from "../exact-json.ts";
import type { ProfileSwitches } from "./profile-switches.ts";

/** https://docs.mixpanel.com/reference/profile-batch-update */
export const OPERATORS = [
  "$set",
  "$set_once",
  "$add",
  "$append",
  "$union",
  "$remove",
  "$unset",
  "$delete",
] as const;

export type Operator = (typeof OPERATORS)[number];

/** An operator with what it is given, in the shape that belongs to it. */
export interface Operation {
  readonly operator: Operator;
  readonly operand: unknown;
}

/** Properties of a profile. A map, because names such as `__proto__` are names like any other. */
export type Properties = ReadonlyMap<string, unknown>;

/**
 * Applies an operation to a profile; `undefined` is a profile that does not exist. `$unset` and
 * `$remove` do not make one (inferred). What does not fit a property's type leaves it as it is:
 * observed of `$add` on a text (https://github.com/mixpanel/mixpanel-flutter/issues/121), inferred
 * of the others.
 *
 * @param operation of the right shape
 */
export function applyOperation(
  properties: Properties | undefined,
  { operator, operand }: Operation,
  switches: ProfileSwitches,
): Properties | undefined {
  if (operator === "$delete") return undefined;
  if (operator === "$unset")
    return properties === undefined ? undefined : without(properties, operand);
  if (operator === "$remove" && properties === undefined) return undefined;
  const changed = new Map(properties);
  for (const [name, given] of entriesOf(operand)) {
    const value = changedValue(operator, changed.get(name), given, switches);
    if (value !== undefined) changed.set(name, value);
  }
  return changed;
}

function entriesOf(operand: unknown): readonly (readonly [name: string, value: unknown])[] {
  const values: JsonObject = isJsonObject(operand) ? operand : {};
  return Object.entries(values).map(([name, value]) => [
    cutText(name, "characters"),
    typeof value === "string" ? cutText(value, "bytes") : value,
  ]);
}

function without(properties: Properties, names: unknown): Properties {
  const changed = new Map(properties);
  if (Array.isArray(names))
    for (const name of names) changed.delete(cutText(String(name), "characters"));
  return changed;
}

/** What a property becomes; undefined = it stays as it is. */
function changedValue(
  operator: Exclude<Operator, "$unset" | "$delete">,
  value: unknown,
  given: unknown,
  switches: ProfileSwitches,
): unknown {
  switch (operator) {
    case "$set":
      return given;
    case "$set_once":
      return value === undefined ? given : undefined;
    case "$add":
      return sum(value ?? 0, given);
    case "$append":
      // A list that is given becomes one element.
      return isList(value ?? []) ? [...listOf(value), given] : undefined;
    case "$union":
      return isList(value ?? []) ? union(listOf(value), listOf(given)) : undefined;
    case "$remove":
      return isList(value) ? removed(listOf(value), given, switches) : undefined;
  }
}

/** Integers beyond 2^53 are bigints here; Mixpanel's numbers are those of JSON. */
function sum(value: unknown, given: unknown): number | undefined {
  const isNumber = (part: unknown) => typeof part === "number" || typeof part === "bigint";
  return isNumber(value) && isNumber(given) ? Number(value) + Number(given) : undefined;
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function union(list: readonly unknown[], given: readonly unknown[]): readonly unknown[] {
  const known = new Set(list.map(stringifyExactly));
  const added = given.filter((value) => {
    const text = stringifyExactly(value);
    const isNew = !known.has(text);
    known.add(text);
    return isNew;
  });
  return [...list, ...added];
}

function removed(
  list: readonly unknown[],
  given: unknown,
  { removeDuplicates, removeLists }: ProfileSwitches,
): readonly unknown[] {
  const unwanted = Array.isArray(given) && removeLists === "each" ? listOf(given) : [given];
  return unwanted.reduce<readonly unknown[]>((rest, value) => {
    const text = stringifyExactly(value);
    const first = rest.findIndex((element) => stringifyExactly(element) === text);
    return rest.filter((element, position) =>
      removeDuplicates === "first" ? position !== first : stringifyExactly(element) !== text,
    );
  }, list);
}
