import type { Json, JsonRecord } from "../event/transform-contract.ts";
import { isJsonArray, type JsonObject, setMember } from "./event-properties.ts";
import { readField } from "./field.ts";
import { asProfileDate } from "./profile-date.ts";
import { profileId } from "./profile-id.ts";
import { isReservedInProfile } from "./profile-names.ts";
import { roleOfProfileName } from "./profile-row-checks.ts";
import { objectOf, type Paths, propertiesAt, withoutEmpty } from "./recipe-properties.ts";
import { checkRename } from "./row-option-checks.ts";
import { checkName, checkOptions, refuseArgument } from "./step-arguments.ts";
import { userProperties } from "./user-ids.ts";

/** What becomes of users and groups in a vendor's calls. */
export interface ProfileVendor {
  readonly name: string;
  /** Where the traits of a user are; of two of one name the first place counts. */
  readonly traits: readonly (readonly string[])[];
  /** Traits of users under other names; of several traits of one new name the first counts. */
  readonly userNames: readonly TraitName[];
  readonly groupNames: readonly TraitName[];
  /** Where the address of a user is. */
  readonly ip: readonly string[];
  /** `linkUsers`, if nothing is said. */
  readonly linksUsers: boolean;
  /** Properties of a user that are deeper in its traits; traits of these names come first. */
  readonly innerTraits: Paths;
}

/** A trait, and the property that it becomes. */
export type TraitName = readonly [trait: string, property: string];

/** What is told of profiles. */
export interface CallProfileOptions {
  /**
   * The key of groups in Mixpanel's project settings: `company_id`. @default `group` calls are left
   * out
   */
  readonly groupKey?: string;
  /**
   * Whether a `group` call adds the group to the user's property of that key, which lets Mixpanel
   * show properties of groups with users.
   * https://docs.mixpanel.com/docs/data-structure/group-analytics/group-analytics-implementation
   */
  readonly linkUsers?: boolean;
  /** Other names for traits, before those that the vendor's own destination gives. */
  readonly rename?: Readonly<Record<string, string>>;
}

/** @throws Error when an option cannot be meant so; types alone do not tell */
export function checkCallProfileOptions(step: string, options: CallProfileOptions): void {
  checkOptions(step, options, ["groupKey", "linkUsers", "rename"]);
  const { groupKey, linkUsers, rename } = options;
  if (groupKey !== undefined) checkName(step, "groupKey", groupKey);
  if (linkUsers !== undefined && typeof linkUsers !== "boolean")
    refuseArgument(step, "linkUsers", linkUsers, "true or false");
  if (linkUsers === true && groupKey === undefined)
    throw new Error(`${step}: linkUsers takes groupKey, the key in Mixpanel's project settings.`);
  if (rename !== undefined) checkRename(step, rename, roleOfProfileName);
}

/**
 * The updates of an `identify` or a `group` call; none of any other, and of one without traits.
 *
 * @throws Error for a group without an id
 */
export function updatesOfCall(
  call: JsonRecord,
  vendor: ProfileVendor,
  options: CallProfileOptions,
): readonly JsonRecord[] {
  if (call["type"] === "identify") return userUpdate(call, vendor, options);
  const { groupKey, linkUsers = vendor.linksUsers } = options;
  if (call["type"] !== "group" || groupKey === undefined) return [];
  const traits = objectOf(call["traits"]);
  const ids = groupIds(groupKey, traits[groupKey] ?? call["groupId"]);
  const $set = namedTraits(traits, vendor.groupNames, vendor, options);
  const groups = ids.map((id) => ({ $group_key: groupKey, $group_id: id, $set }));
  return [
    ...(Object.keys($set).length > 0 ? groups : []),
    ...(linkUsers ? updateOfUser(call, vendor, { $union: { [groupKey]: ids } }) : []),
  ];
}

function userUpdate(
  call: JsonRecord,
  vendor: ProfileVendor,
  options: CallProfileOptions,
): readonly JsonRecord[] {
  const places = vendor.traits.map((path) => objectOf(readField(call, path)));
  const traits = Object.fromEntries(places.reverse().flatMap(Object.entries<Json | undefined>));
  const $set = withFullName({
    ...propertiesAt(traits, vendor.innerTraits),
    ...namedTraits(traits, vendor.userNames, vendor, options),
  });
  return Object.keys($set).length > 0 ? updateOfUser(call, vendor, { $set }) : [];
}

/** As both vendors do. */
function withFullName(properties: JsonObject): JsonObject {
  const { $name, $first_name: first, $last_name: last } = properties;
  const isWhole = $name !== undefined || typeof first !== "string" || typeof last !== "string";
  return isWhole ? properties : { ...properties, $name: `${first} ${last}` };
}

/** None without an id: it would be nobody's profile. */
function updateOfUser(
  call: JsonRecord,
  vendor: ProfileVendor,
  operation: JsonRecord,
): readonly JsonRecord[] {
  const { distinct_id: id } = userProperties(call["userId"], call["anonymousId"]);
  if (id === "") return [];
  const ip = readField(call, vendor.ip);
  // "Whether a user is active": false is to leave the time they were seen last alone.
  // https://segment.com/docs/connections/spec/common/#context-fields-automatically-collected
  const isPassive = readField(call, ["context", "active"]) === false;
  return [
    {
      $distinct_id: id,
      ...(typeof ip === "string" && ip !== "" && { $ip: ip }),
      ...(isPassive && { $ignore_time: true }),
      ...operation,
    },
  ];
}

/** As text, one or several. */
function groupIds(groupKey: string, value: Json | undefined): readonly string[] {
  const values = isJsonArray(value) ? value : [value];
  if (values.length === 0) throw new Error(`traits.${groupKey}: empty`);
  return values.map((id) => profileId("groupId", id));
}

/** Traits as properties of a profile: neither null nor "", which change nothing. */
function namedTraits(
  traits: JsonObject,
  names: readonly TraitName[],
  { name: vendor }: ProfileVendor,
  { rename = {} }: CallProfileOptions,
): JsonObject {
  const given = withoutEmpty(Object.entries(traits));
  const own = Object.entries(rename);
  const newNames = [...own, ...names.filter(([trait]) => !Object.hasOwn(rename, trait))];
  const properties: Record<string, Json | undefined> = {};
  for (const [trait, property] of newNames)
    if (Object.hasOwn(given, trait) && !Object.hasOwn(properties, property))
      setMember(properties, property, given[trait]);
  const moved = new Set(newNames.map(([trait]) => trait));
  for (const [trait, value] of Object.entries(given)) {
    const property = isReservedInProfile(trait)
      ? `${vendor.toLowerCase()}_${trait.replace("$", "")}`
      : trait;
    if (!moved.has(trait) && !Object.hasOwn(properties, property))
      setMember(properties, property, value);
  }
  const { $created: created } = properties;
  return created === undefined ? properties : { ...properties, $created: asProfileDate(created) };
}
