import type { JsonObject } from "../json.ts";
import { MAX_ARRAY_ELEMENTS, MAX_NESTED_KEYS, MAX_NESTING_DEPTH } from "./limits.ts";
import type { Refusal, RuleName } from "./rules.ts";

/** Why the properties of an event are refused for their number, size or text, if they are. */
export function refuseProperties(
  properties: JsonObject,
  { maxProperties, isUtf8 }: { readonly maxProperties: number; readonly isUtf8: boolean },
): Refusal | undefined {
  let count = 0;
  for (const name in properties) {
    count += 1;
    const value = properties[name];
    if (typeof value !== "string" && (typeof value !== "object" || value === null)) continue;
    const rule = brokenRule(value, isUtf8, 1);
    if (rule !== undefined) return refuse(rule, name);
  }
  if (count <= maxProperties) return undefined;
  return {
    rule: "too-many-properties",
    field: "properties",
    message: `'properties' is invalid: must have fewer than ${maxProperties + 1} keys`,
  };
}

/**
 * Arrays count as a level, like objects (inferred). So nothing deeper than four levels is ever
 * looked at, whatever is sent.
 */
function brokenRule(value: unknown, isUtf8: boolean, level: number): RuleName | undefined {
  if (typeof value === "string") return isBrokenText(value, isUtf8) ? "text-not-utf8" : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (level > MAX_NESTING_DEPTH) return "too-deep";
  if (Array.isArray(value) && value.length > MAX_ARRAY_ELEMENTS) return "array-too-long";
  const children: readonly unknown[] = Object.values(value);
  if (children.length > MAX_NESTED_KEYS) return "too-many-keys";
  for (const child of children) {
    const broken = brokenRule(child, isUtf8, level + 1);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** A lone surrogate can be written in JSON but not in UTF-8. */
function isBrokenText(text: string, isUtf8: boolean): boolean {
  return !text.isWellFormed() || (!isUtf8 && text.includes("\u{fffd}"));
}

const WORDS: Readonly<Partial<Record<RuleName, string>>> = {
  "too-deep": "must not be nested more than 3 levels deep",
  "array-too-long": "must have fewer than 255 elements",
  "too-many-keys": "must have fewer than 255 keys",
};

/** The documented message about UTF-8 has no quotes around the field, the others have. */
function refuse(rule: RuleName, name: string): Refusal {
  const field = `properties.${name}`;
  const message =
    rule === "text-not-utf8"
      ? `${field} is invalid: string should be valid utf8`
      : `'${field}' is invalid: ${WORDS[rule] ?? "not allowed"}`;
  return { rule, field, message };
}
