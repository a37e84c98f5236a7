import type { Json, JsonRecord, Transform } from "../event/transform-contract.ts";
import { isJsonArray, isJsonObject, type JsonObject } from "./event-properties.ts";
import { type IdentifyingKind, isIdentifyingText } from "./identifying-text.ts";
import { checkChoice, ordinal } from "./step-arguments.ts";

const ALL_KINDS: readonly IdentifyingKind[] = ["email", "phone", "ip"];

/** What the import needs: they hold a number, and an id of letters, digits and hyphens. */
const KEPT: ReadonlySet<string> = new Set(["time", "$insert_id"]);

/** Under such a name plain digits are a phone number. */
const PHONE_NAME = /phone|mobile|msisdn|whatsapp|^tel$|^fax$|^sms$/i;

/**
 * Removes values that look like an e-mail address, a phone number or an IP address, wherever they
 * are: in properties, nested objects, lists, or beside `properties`. A text that holds one goes as
 * a whole; in a list only that element. Of `distinct_id` the value becomes "", so that Mixpanel
 * makes up no other: hash it before this step to keep users apart. Plain digits are taken for a
 * phone number only under a name such as `phone` or `mobile`, and a version with four parts for an
 * IP address. Names of events and properties are not looked at.
 *
 * This recognises common forms and cannot know every one: where it has to be certain, use
 * `allowProperties`.
 *
 * @example dropIdentifyingValues()
 * @example
 * // Keeps IP addresses, which Mixpanel turns into a city.
 * dropIdentifyingValues("email", "phone")
 */
export function dropIdentifyingValues(...kinds: readonly IdentifyingKind[]): Transform {
  for (const [index, kind] of kinds.entries())
    checkChoice("dropIdentifyingValues", ordinal("kind", index), kind, ALL_KINDS);
  const wanted = new Set(kinds.length === 0 ? ALL_KINDS : kinds);
  return (record) => {
    const { event, ...rest } = record;
    const scrubbed = scrubObject(rest, wanted);
    if (scrubbed === rest) return record;
    return withUser({ ...(event !== undefined && { event }), ...scrubbed }, record);
  };
}

/** An event keeps a `distinct_id`, though an empty one, when it had one. */
function withUser(scrubbed: JsonRecord, original: JsonRecord): JsonRecord {
  const { properties } = scrubbed;
  const before = original["properties"];
  if (!isJsonObject(properties) || !isJsonObject(before)) return scrubbed;
  const lost = Object.hasOwn(before, "distinct_id") && !Object.hasOwn(properties, "distinct_id");
  return lost ? { ...scrubbed, properties: { ...properties, distinct_id: "" } } : scrubbed;
}

function scrubObject(object: JsonObject, kinds: ReadonlySet<IdentifyingKind>): JsonObject {
  let isChanged = false;
  const kept: [string, Json | undefined][] = [];
  for (const [name, value] of Object.entries(object)) {
    const scrubbed = KEPT.has(name) ? value : scrubValue(value, name, kinds);
    if (scrubbed !== value) isChanged = true;
    if (scrubbed !== undefined) kept.push([name, scrubbed]);
  }
  return isChanged ? Object.fromEntries(kept) : object;
}

/** Undefined for what has to go. */
function scrubValue(
  value: Json | undefined,
  name: string,
  kinds: ReadonlySet<IdentifyingKind>,
): Json | undefined {
  if (isNamedPhone(value, name) && kinds.has("phone")) return undefined;
  if (typeof value === "string") return isIdentifyingText(value, kinds) ? undefined : value;
  if (isJsonArray(value)) return scrubList(value, name, kinds);
  return isJsonObject(value) ? scrubObject(value, kinds) : value;
}

function scrubList(
  list: readonly Json[],
  name: string,
  kinds: ReadonlySet<IdentifyingKind>,
): readonly Json[] {
  const scrubbed = list.map((element) => scrubValue(element, name, kinds));
  const isSame = scrubbed.every((element, index) => element === list[index]);
  return isSame ? list : scrubbed.filter((element) => element !== undefined);
}

function isNamedPhone(value: Json | undefined, name: string): boolean {
  if (!PHONE_NAME.test(name)) return false;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint")
    return false;
  return /^\d{7,15}$/.test(value.toString());
}
