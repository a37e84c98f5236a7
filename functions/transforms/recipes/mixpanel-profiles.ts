import type { Json, JsonRecord, Transform } from "../../event/transform-contract.ts";
import { toJson } from "../cell-types.ts";
import { filterMembers, isJsonArray, isJsonObject, type JsonObject } from "../event-properties.ts";
import { profileId } from "../profile-id.ts";
import { BESIDE_OPERATOR, MADE_BY_MIXPANEL } from "../profile-names.ts";
import { notA } from "../recipe-properties.ts";
import { checkIsCalledWithRecord, checkName } from "../step-arguments.ts";
import { named } from "../time-reader.ts";

const A_PROFILE = "a profile of Mixpanel's Query API or of mp_people_data";

/**
 * Profiles of users as Mixpanel hands them out, to be set in another project:
 * `{"$distinct_id": ..., "$properties": {...}}` of its Query API, a profile a record or a page of
 * `results`, and `{"distinct_id": ..., "properties": {...}}` of `mp_people_data`, which its JSON
 * Pipelines write.
 *
 * - Each becomes one `$set` of all its properties, under the same id; a number is its text.
 * - `$last_seen` and `$mp_first_event_time`, which Mixpanel makes itself, are left out, and so is
 *   what is null. `$ignore_time` keeps the import from being the time of the last change, as in
 *   Mixpanel's own https://github.com/mixpanel/mixpanel-utils.
 * - A profile without any other property is left out.
 *
 * Profiles of groups come in the same form, their ids as `$distinct_id`: `mixpanelGroups`.
 *
 * https://docs.mixpanel.com/reference/engage-query and
 * https://docs.mixpanel.com/docs/data-pipelines/json-pipelines
 *
 * Not verified: how `mp_people_data` is written in a bucket, for which the documentation gives the
 * columns only; `properties` may be an object or text that holds one.
 *
 * @throws Error for any other record, and for an id that is none
 *
 * @example export { mixpanelProfiles as transform } from
 *   "./functions/transforms/recipes/mixpanel-profiles.ts";
 */
export const mixpanelProfiles: Transform = (record) => {
  checkIsCalledWithRecord("mixpanelProfiles", record);
  return updatesOf(record, (id) => ({ $distinct_id: id, $ignore_time: true }));
};

/**
 * The same for profiles of groups, which a query with `data_group_id` gives.
 * https://docs.mixpanel.com/docs/export-methods
 *
 * @param groupKey the key of the groups in the project they go to, as in its settings: Mixpanel
 *   accepts another one, and shows nothing of it
 * @throws Error for a key that is no text
 *
 * @example export const transform = mixpanelGroups("company_id");
 */
export function mixpanelGroups(groupKey: string): Transform {
  checkName("mixpanelGroups", "groupKey", groupKey);
  return (record) => updatesOf(record, (id) => ({ $group_key: groupKey, $group_id: id }));
}

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/mixpanel-profiles.ts`.
 */
export const transform: Transform = mixpanelProfiles;

type Head = (id: string) => JsonRecord;

function updatesOf(record: JsonRecord, head: Head): JsonRecord[] {
  const { results } = record;
  if (!isJsonArray(results)) return updateOf(record, head);
  return results.flatMap((profile, index) =>
    named(`results[${index}]`, () => updateOf(profile, head)),
  );
}

/** None for a profile without properties. */
function updateOf(profile: Json, head: Head): JsonRecord[] {
  if (!isJsonObject(profile)) throw new Error("not an object");
  const [idName, propertiesName] = membersOf(profile);
  const properties = propertiesIn(propertiesName, profile[propertiesName]);
  const id = profileId(idName, profile[idName]);
  if (Object.keys(properties).length === 0) return [];
  return [{ ...head(id), $set: properties }];
}

/** An event has `properties`, too: it must not become a profile. */
function membersOf(profile: JsonObject): readonly [id: string, properties: string] {
  if (Object.hasOwn(profile, "$properties")) return ["$distinct_id", "$properties"];
  const isRow = Object.hasOwn(profile, "distinct_id") && Object.hasOwn(profile, "properties");
  if (!isRow || Object.hasOwn(profile, "event_name") || Object.hasOwn(profile, "event"))
    throw notA(A_PROFILE, profile, "$properties");
  return ["distinct_id", "properties"];
}

function propertiesIn(name: string, value: Json | undefined): JsonObject {
  const properties = named(name, () => toJson(value ?? {}));
  if (!isJsonObject(properties)) throw new Error(`${name}: neither an object nor JSON of one`);
  return filterMembers(
    properties,
    (property) =>
      properties[property] !== null &&
      !MADE_BY_MIXPANEL.has(property) &&
      !BESIDE_OPERATOR.has(property),
  );
}
