import type { JsonRecord, Transform } from "../../event/transform-contract.ts";
import { textOf } from "../event-properties.ts";
import {
  besideReserved,
  objectOf,
  type Paths,
  prefixed,
  propertiesAt,
  requiredText,
} from "../recipe-properties.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";
import { createTimeReader, readTimeIn } from "../time-reader.ts";
import { userProperties } from "../user-ids.ts";

const AN_EVENT = "an event of Amplitude's export";

/** Where Mixpanel's own properties, and others, are in an event. */
const COLUMNS: Paths = {
  $os: ["os_name"],
  $os_version: ["os_version"],
  $brand: ["device_brand"],
  $manufacturer: ["device_manufacturer"],
  $model: ["device_model"],
  $carrier: ["device_carrier"],
  $app_version_string: ["version_name"],
  $city: ["city"],
  $region: ["region"],
  country: ["country"],
  ip: ["ip_address"],
  mp_lib: ["library"],
  platform: ["platform"],
  language: ["language"],
  device_type: ["device_type"],
  device_family: ["device_family"],
  session_id: ["session_id"],
  amplitude_id: ["amplitude_id"],
};

/** "Timestamps in UTC", which name no zone: `2026-01-31 23:59:59.123000`. */
const readTime = createTimeReader("amplitude", { format: "iso8601", zone: "UTC" });

/**
 * Events as Amplitude's Export API and its exports to a bucket write them, one JSON object a line.
 * The API's answer is a zip of gzip files: unzip it, and upload those.
 *
 * - `event_type` is the event; `event_properties` are its properties, `user_properties` likewise
 *   with the prefix `user_`; `groups` become properties as they are.
 * - `event_time`, UTC, becomes `time`; `$insert_id`, or else `uuid`, becomes `$insert_id`.
 * - `user_id` and `device_id` become `$user_id` and `$device_id`, and `distinct_id` as Simplified
 *   ID Merge makes it.
 * - A property with a name that Mixpanel reserves gets another: `time` is `amplitude_time`.
 * - `$identify` becomes the event "Identify" with both ids, since Mixpanel would take one of that
 *   name for its own; `$groupidentify`, which describes a group, is left out.
 *
 * https://amplitude.com/docs/apis/analytics/export
 *
 * Not verified: the names of identify events, which its documentation does not have.
 *
 * @throws Error for a record without `event_type` or `event_time`
 *
 * @example
 * export { amplitude as transform } from "./functions/transforms/recipes/amplitude.ts";
 */
export const amplitude: Transform = (record) => {
  checkIsCalledWithRecord("amplitude", record);
  const event = requiredText(record, "event_type", AN_EVENT);
  if (event === "$groupidentify") return null;
  const insertId = insertIdOf(record);
  return {
    event: event === "$identify" ? "Identify" : event,
    properties: {
      ...propertiesAt(record, COLUMNS),
      ...besideReserved("amplitude", objectOf(record["groups"])),
      ...prefixed("user_", objectOf(record["user_properties"])),
      ...besideReserved("amplitude", objectOf(record["event_properties"])),
      ...userProperties(record["user_id"], record["device_id"]),
      time: readTimeIn(record, ["event_time"], readTime),
      ...(insertId !== undefined && { $insert_id: insertId }),
    },
  };
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/amplitude.ts`.
 */
export const transform: Transform = amplitude;

function insertIdOf(record: JsonRecord): string | undefined {
  return textOf(record["$insert_id"]) ?? textOf(record["uuid"]);
}
