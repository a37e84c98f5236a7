import { stringifyExactJson } from "../event/exact-json.ts";
import type { Json, Transform } from "../event/transform-contract.ts";
import { cutToBytes } from "../event/utf8.ts";
import { editProperties, isJsonArray, isJsonObject, type JsonObject } from "./event-properties.ts";
import { ESSENTIAL_PROPERTIES } from "./pick-properties.ts";
import { PROPERTY_LIMITS } from "./property-limits.ts";
import { checkNone } from "./step-arguments.ts";

const ESSENTIAL: ReadonlySet<string> = new Set([...ESSENTIAL_PROPERTIES, "ip"]);

/** Cut ids would make one user of two. */
const NEVER_CUT: ReadonlySet<string> = new Set([...ESSENTIAL, "$user_id", "$device_id"]);

/**
 * Brings events within Mixpanel's limits, which would otherwise have them refused or cut: texts and
 * names to 255 bytes, lists to 254 elements, nested objects to 254 keys, an event to 254 properties
 * (the first ones; `time`, `distinct_id`, `$insert_id` and `ip` always stay); what is nested deeper
 * than three levels becomes JSON text. Ids are never cut. Use it after `flattenProperties`, and
 * last.
 *
 * @example compose(flattenProperties(), capProperties())
 */
export function capProperties(...none: readonly never[]): Transform {
  checkNone("capProperties", none);
  return (record) => editProperties(record, capEvent);
}

function capEvent(properties: JsonObject): JsonObject {
  // The import adds what is missing of these.
  const room = PROPERTY_LIMITS.properties - ESSENTIAL.size;
  // Most events are within the limits, and finding that out costs no copy.
  return objectFits(properties, room, 0) ? properties : capObject(properties, room, 0, ESSENTIAL);
}

function objectFits(object: JsonObject, room: number, level: number): boolean {
  const names = Object.keys(object);
  if (names.length > room) return false;
  return names.every(
    (name) =>
      (level === 0 && NEVER_CUT.has(name)) ||
      (cutText(name) === name && valueFits(object[name], level + 1)),
  );
}

function valueFits(value: Json | undefined, level: number): boolean {
  if (typeof value === "string") return cutText(value) === value;
  if (typeof value !== "object" || value === null) return true;
  if (level > PROPERTY_LIMITS.depth) return false;
  if (isJsonObject(value)) return objectFits(value, PROPERTY_LIMITS.nestedKeys, level);
  return (
    isJsonArray(value) &&
    value.length <= PROPERTY_LIMITS.elements &&
    value.every((element) => valueFits(element, level + 1))
  );
}

/** The object itself when it is within the limits. */
function capObject(
  object: JsonObject,
  room: number,
  level: number,
  essential: ReadonlySet<string>,
): JsonObject {
  const kept = new Map<string, Json | undefined>();
  let isChanged = false;
  let used = 0;
  for (const [name, value] of Object.entries(object)) {
    const isEssential = essential.has(name);
    const shortName = cutText(name);
    if ((!isEssential && used >= room) || kept.has(shortName)) {
      isChanged = true;
      continue;
    }
    if (!isEssential) used++;
    const isId = level === 0 && NEVER_CUT.has(name);
    const capped = isId ? value : capValue(value, level + 1);
    if (capped !== value || shortName !== name) isChanged = true;
    kept.set(shortName, capped);
  }
  return isChanged ? Object.fromEntries(kept) : object;
}

function capValue(value: Json | undefined, level: number): Json | undefined {
  if (typeof value === "string") return cutText(value);
  if (isJsonObject(value))
    return level > PROPERTY_LIMITS.depth
      ? cutText(stringifyExactJson(value))
      : capObject(value, PROPERTY_LIMITS.nestedKeys, level, NONE);
  if (isJsonArray(value)) return capList(value, level);
  return value;
}

function capList(list: readonly Json[], level: number): Json {
  if (level > PROPERTY_LIMITS.depth) return cutText(stringifyExactJson({ list }).slice(8, -1));
  const capped = list
    .slice(0, PROPERTY_LIMITS.elements)
    .map((element) => capValue(element, level + 1) ?? null);
  const isSame =
    capped.length === list.length && capped.every((element, index) => element === list[index]);
  return isSame ? list : capped;
}

const NONE: ReadonlySet<string> = new Set();

function cutText(text: string): string {
  // No character takes more than three bytes per unit of length.
  if (text.length * 3 <= PROPERTY_LIMITS.textBytes) return text;
  return cutToBytes(text, PROPERTY_LIMITS.textBytes);
}
