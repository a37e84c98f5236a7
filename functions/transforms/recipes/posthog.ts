import type { JsonRecord, Transform } from "../../event/transform-contract.ts";
import { toJson } from "../cell-types.ts";
import { type JsonObject, textOf } from "../event-properties.ts";
import { besideReserved, notA, objectOf, prefixed, requiredText } from "../recipe-properties.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";
import { createTimeReader, named, readTimeIn } from "../time-reader.ts";
import { idOf, userProperties } from "../user-ids.ts";

const AN_EVENT = "an event of PostHog's batch export";

/** PostHog's names of what Mixpanel has, too. Many others are the same in both: `$current_url`. */
const NAMES: Readonly<Record<string, string>> = {
  $lib: "mp_lib",
  $ip: "ip",
  $geoip_city_name: "$city",
  $geoip_subdivision_1_name: "$region",
  $geoip_country_code: "mp_country_code",
  $app_version: "$app_version_string",
};

/** Ids that become others, changes to profiles, and the key of the project. */
const NO_PROPERTIES: ReadonlySet<string> = new Set([
  ...["$device_id", "$user_id", "$anon_distinct_id", "distinct_id", "$insert_id", "token"],
  ...["$set", "$set_once", "$unset", "$group_set"],
]);

/** Changes to profiles and to identities that are no events. */
const NO_EVENTS: ReadonlySet<string> = new Set([
  ...["$set", "$groupidentify", "$create_alias", "$merge_dangerously"],
]);

/** "Microsecond precision, UTC". */
const readTime = createTimeReader("posthog", { format: "iso8601", zone: "UTC" });

/**
 * Events as PostHog's batch exports write them, as JSON lines (where `properties` is an object) or
 * Parquet (where it is text), and as its API lists them, where the id is `id`. Leave the list of
 * files out that it writes beside them: `excludeObjects`, with a glob for `manifest.json`.
 *
 * - `event` and `properties` stay, with Mixpanel's names where these differ; `person_properties`
 *   become properties with the prefix `user_`.
 * - `timestamp` becomes `time`, `uuid` becomes `$insert_id`.
 * - `distinct_id` is the user's id, or an anonymous one if it equals `$device_id` or
 *   `$is_identified` is false. They become `$user_id` and `$device_id`, and `distinct_id` as
 *   Simplified ID Merge makes it.
 * - `$identify` becomes the event "Identify" with both ids, since Mixpanel would take one of that
 *   name for its own. `$create_alias`, `$merge_dangerously`, `$set` and `$groupidentify` are left
 *   out.
 *
 * https://posthog.com/docs/cdp/batch-exports/s3
 *
 * Not verified: which properties an SDK sets beyond those named in
 * https://posthog.com/docs/data/events
 *
 * @throws Error for a record without `event` or `timestamp`
 *
 * @example
 * export { posthog as transform } from "./functions/transforms/recipes/posthog.ts";
 */
export const posthog: Transform = (record) => {
  checkIsCalledWithRecord("posthog", record);
  const insertId = textOf(record["uuid"]) ?? textOf(record["id"]);
  if (insertId === undefined) throw notA(AN_EVENT, record, "uuid");
  const event = requiredText(record, "event", AN_EVENT);
  if (NO_EVENTS.has(event)) return null;
  const properties = jsonObject(record, "properties");
  return {
    event: event === "$identify" ? "Identify" : event,
    properties: {
      ...prefixed("user_", jsonObject(record, "person_properties")),
      ...ownProperties(properties),
      ...idProperties(record, properties),
      time: readTimeIn(record, ["timestamp"], readTime),
      $insert_id: insertId,
    },
  };
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/posthog.ts`.
 */
export const transform: Transform = posthog;

function ownProperties(properties: JsonObject): JsonObject {
  const own = Object.entries(properties).filter(([name]) => !NO_PROPERTIES.has(name));
  const renamed = own.map(([name, value]) => [nameOf(name), value] as const);
  return besideReserved("posthog", Object.fromEntries(renamed));
}

function nameOf(name: string): string {
  return Object.hasOwn(NAMES, name) ? (NAMES[name] ?? name) : name;
}

/** An anonymous id becomes a user's by the `$identify` that has both. */
function idProperties(record: JsonRecord, properties: JsonObject): JsonObject {
  const id = idOf(record["distinct_id"]);
  const device = idOf(properties["$device_id"]);
  const isAnonymous = properties["$is_identified"] === false || id === device;
  return isAnonymous
    ? userProperties(undefined, id)
    : userProperties(id, idOf(properties["$anon_distinct_id"]) ?? device);
}

function jsonObject(record: JsonRecord, name: string): JsonObject {
  return objectOf(named(name, () => toJson(record[name] ?? null)));
}
