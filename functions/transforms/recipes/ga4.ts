import { hash } from "node:crypto";

import { stringifyExactJson } from "../../event/exact-json.ts";
import type { Json, JsonRecord, Transform } from "../../event/transform-contract.ts";
import { isJsonArray, isJsonObject, type JsonObject, textOf } from "../event-properties.ts";
import { readField } from "../field.ts";
import { parseCount } from "../parse-time.ts";
import { isPlaceholderId } from "../placeholder-id.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";
import { toMixpanelTime } from "../time-reader.ts";

/**
 * Where Mixpanel's own properties are in a row. https://support.google.com/analytics/answer/7029846
 */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
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

/** Mixpanel's names of two parameters that the web stream always sends. */
const PARAMETER_NAMES: ReadonlyMap<string, string> = new Map([
  ["page_location", "$current_url"],
  ["page_referrer", "$referrer"],
]);

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

/**
 * Rows of Google Analytics 4's BigQuery export, written as newline-delimited JSON (`bq extract` or
 * EXPORT DATA; there 64-bit integers are text). https://support.google.com/analytics/answer/7029846
 *
 * - `event_name` is the event; `event_params` are its properties, `user_properties` likewise with
 *   `user_` before them; `ecommerce` keeps its values with `ecommerce_` before them, `items` stay a
 *   list; an item's `item_params` are among its other members.
 * - `event_timestamp`, microseconds UTC, becomes `time` in milliseconds.
 * - `user_id` and `user_pseudo_id` become `$user_id` and `$device_id`, and `distinct_id` as
 *   Simplified ID Merge makes it.
 * - A row has no id: `$insert_id` is a digest of what tells rows apart, so that a day that is
 *   exported again is not counted twice. https://docs.mixpanel.com/reference/event-deduplication
 * - Where the user was comes from the row; the row has no IP address.
 *
 * @throws Error for a row without an event's name or time
 *
 * @example
 * export { ga4 as transform } from "./functions/transforms/recipes/ga4.ts";
 */
export const ga4: Transform = (row) => {
  checkIsCalledWithRecord("ga4", row);
  const name = textOf(row["event_name"]);
  if (name === undefined) throw new Error("event_name: missing");
  return {
    event: name,
    properties: {
      ...columnProperties(row),
      ...prefixed("ecommerce_", objectOf(row["ecommerce"])),
      ...itemsProperty(row["items"]),
      ...prefixed("user_", parameters(row["user_properties"], PARAMETER_NAMES)),
      ...parameters(row["event_params"], PARAMETER_NAMES),
      ...idProperties(row),
      time: timeOf(row),
      $insert_id: insertIdOf(row),
    },
  };
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/ga4.ts`.
 */
export const transform: Transform = ga4;

function columnProperties(row: JsonRecord): JsonObject {
  return withoutEmpty(
    Object.entries(COLUMNS).map(([name, path]) => [name, readField(row, path)] as const),
  );
}

function itemsProperty(items: Json | undefined): JsonObject {
  return isJsonArray(items) && items.length > 0 ? { items: items.map(flatItem) } : {};
}

/** As a list within the list `item_params` would be nested more deeply than Mixpanel allows. */
function flatItem(item: Json): Json {
  const { item_params: parametersOfItem, ...columns } = objectOf(item);
  return parametersOfItem === undefined ? item : { ...parameters(parametersOfItem), ...columns };
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/**
 * `[{"key": "a", "value": {"string_value": "b"}}]` as `{"a": "b"}`, under other names where `names`
 * has them.
 */
function parameters(list: Json | undefined, names = NO_NAMES): JsonObject {
  if (!isJsonArray(list)) return {};
  return withoutEmpty(
    list.map((parameter) => {
      const { key, value } = objectOf(parameter);
      const name = textOf(key) ?? "";
      return [names.get(name) ?? name, parameterValue(objectOf(value))] as const;
    }),
  );
}

/**
 * A parameter has one of four columns set. Integers that a number holds exactly become numbers
 * again.
 */
function parameterValue(value: JsonObject): Json | undefined {
  const {
    string_value: text,
    int_value: integer,
    float_value: float,
    double_value: double,
  } = value;
  if (text !== undefined && text !== null) return text;
  if (typeof integer === "string" && Number.isSafeInteger(Number(integer))) return Number(integer);
  return integer ?? double ?? float ?? undefined;
}

function prefixed(prefix: string, object: JsonObject): JsonObject {
  return withoutEmpty(
    Object.entries(object).map(([name, value]) => [`${prefix}${name}`, value] as const),
  );
}

function withoutEmpty(entries: readonly (readonly [string, Json | undefined])[]): JsonObject {
  return Object.fromEntries(
    entries.filter(
      ([name, value]) => name !== "" && value !== undefined && value !== null && value !== "",
    ),
  );
}

function idProperties(row: JsonRecord): JsonObject {
  const user = idOf(row["user_id"]);
  const device = idOf(row["user_pseudo_id"]);
  return {
    distinct_id: user ?? (device === undefined ? "" : `$device:${device}`),
    ...(user !== undefined && { $user_id: user }),
    ...(device !== undefined && { $device_id: device }),
  };
}

function idOf(value: Json | undefined): string | undefined {
  return isPlaceholderId(value) ? undefined : textOf(value);
}

function timeOf(row: JsonRecord): number {
  const { event_timestamp: timestamp } = row;
  if (timestamp === undefined || timestamp === null) throw new Error("event_timestamp: missing");
  try {
    return toMixpanelTime(parseCount(timestamp, "microseconds"));
  } catch (error) {
    throw new Error("event_timestamp: not a number of microseconds", { cause: error });
  }
}

function insertIdOf(row: JsonRecord): string {
  const key = ROW_KEY.map((name) => textOf(row[name]) ?? "");
  // Without the index two events of one name in one bundle differ in their parameters only.
  const params = stringifyExactJson({ params: row["event_params"] });
  return hash("sha256", JSON.stringify([...key, params]), "hex").slice(0, 36);
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
