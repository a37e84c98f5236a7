import { hash } from "node:crypto";

import { stringifyExactJson } from "../../event/exact-json.ts";
import type { Json, JsonRecord, Transform } from "../../event/transform-contract.ts";
import { type JsonObject, textOf } from "../event-properties.ts";
import { canonicalParameters, itemsOf, parametersOf } from "../ga4-parameters.ts";
import {
  besideReserved,
  objectOf,
  type Paths,
  prefixed,
  propertiesAt,
  requiredText,
  withoutEmpty,
} from "../recipe-properties.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";
import { createTimeReader, readTimeIn } from "../time-reader.ts";
import { userProperties } from "../user-ids.ts";

/**
 * Where Mixpanel's own properties are in a row. https://support.google.com/analytics/answer/7029846
 */
const COLUMNS: Paths = {
  $os: ["device", "operating_system"],
  $os_version: ["device", "operating_system_version"],
  $browser: ["device", "web_info", "browser"],
  $browser_version: ["device", "web_info", "browser_version"],
  $manufacturer: ["device", "mobile_brand_name"],
  $model: ["device", "mobile_model_name"],
  $city: ["geo", "city"],
  $region: ["geo", "region"],
  country: ["geo", "country"],
  $app_version_string: ["app_info", "version"],
  device_category: ["device", "category"],
  language: ["device", "language"],
  platform: ["platform"],
  stream_id: ["stream_id"],
  first_source: ["traffic_source", "source"],
  first_medium: ["traffic_source", "medium"],
  first_campaign: ["traffic_source", "name"],
};

/** What tells two rows apart; older exports lack the last three. */
const ROW_KEY = [
  "stream_id",
  "user_pseudo_id",
  "event_timestamp",
  "event_name",
  "event_bundle_sequence_id",
  "batch_page_id",
  "batch_ordering_id",
  "batch_event_index",
] as const;

const A_ROW = "a row of Google Analytics 4's export";

const readTime = createTimeReader("ga4", { format: "microseconds" });

/**
 * Rows of Google Analytics 4's and Firebase's BigQuery export, written as newline-delimited JSON
 * (`bq extract` or EXPORT DATA; there 64-bit integers are text), Parquet or Avro.
 * https://support.google.com/analytics/answer/7029846
 *
 * - `event_name` is the event; `event_params` are its properties, `user_properties` likewise with
 *   the prefix `user_`, `ecommerce` with `ecommerce_`; `items` with their parameters as members.
 *   `page_location` and `page_referrer` are Mixpanel's `$current_url` and `$referrer`. A parameter
 *   with a name that Mixpanel reserves gets another: `time` is `ga4_time`.
 * - `event_timestamp`, microseconds UTC, becomes `time` in milliseconds.
 * - `user_id` and `user_pseudo_id` become `$user_id` and `$device_id`, and `distinct_id` as
 *   Simplified ID Merge makes it.
 * - A row has no id: `$insert_id` is a digest of what tells rows apart, so that a day that is
 *   exported again, in whatever format, is not counted twice.
 *   https://docs.mixpanel.com/reference/event-deduplication
 * - Where the user was comes from the row; the row has no IP address.
 *
 * @throws Error for a row without an event's name or time
 *
 * @example
 * export { ga4 as transform } from "./functions/transforms/recipes/ga4.ts";
 */
export const ga4: Transform = (row) => {
  checkIsCalledWithRecord("ga4", row);
  return {
    event: requiredText(row, "event_name", A_ROW),
    properties: {
      ...propertiesAt(row, COLUMNS),
      ...prefixed("ecommerce_", objectOf(row["ecommerce"])),
      ...itemsOf(row["items"]),
      ...prefixed("user_", properties(row["user_properties"])),
      ...properties(row["event_params"]),
      ...userProperties(row["user_id"], row["user_pseudo_id"]),
      time: readTimeIn(row, ["event_timestamp"], readTime),
      $insert_id: insertIdOf(row),
    },
  };
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/ga4.ts`.
 */
export const transform: Transform = ga4;

/** Mixpanel's names of two parameters that the web stream always sends. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["page_location", "$current_url"],
  ["page_referrer", "$referrer"],
]);

function properties(list: Json | undefined): JsonObject {
  const named = Object.entries(parametersOf(list)).map(
    ([name, value]) => [NAMES.get(name) ?? name, value] as const,
  );
  return besideReserved("ga4", withoutEmpty(named));
}

function insertIdOf(row: JsonRecord): string {
  const key = ROW_KEY.map((name) => textOf(row[name]) ?? "");
  // Without the index two events of one name in one bundle differ in their parameters only.
  const params = stringifyExactJson({ params: canonicalParameters(row["event_params"]) });
  return hash("sha256", JSON.stringify([...key, params]), "hex").slice(0, 36);
}
