import type { Json, JsonRecord, Transform } from "../../event/transform-contract.ts";
import { isJsonObject, type JsonObject, textOf } from "../event-properties.ts";
import { readField } from "../field.ts";
import { parseIso8601 } from "../parse-time.ts";
import { isPlaceholderId } from "../placeholder-id.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";
import { toMixpanelTime } from "../time-reader.ts";

/**
 * Where Mixpanel's own properties are in a call's `context`.
 * https://segment.com/docs/connections/spec/common/
 */
const CONTEXT: Readonly<Record<string, readonly string[]>> = {
  $current_url: ["context", "page", "url"],
  $referrer: ["context", "page", "referrer"],
  utm_source: ["context", "campaign", "source"],
  utm_medium: ["context", "campaign", "medium"],
  utm_campaign: ["context", "campaign", "name"],
  utm_term: ["context", "campaign", "term"],
  utm_content: ["context", "campaign", "content"],
  $os: ["context", "os", "name"],
  $os_version: ["context", "os", "version"],
  $app_version_string: ["context", "app", "version"],
  $manufacturer: ["context", "device", "manufacturer"],
  $model: ["context", "device", "model"],
  $screen_width: ["context", "screen", "width"],
  $screen_height: ["context", "screen", "height"],
  $lib_version: ["context", "library", "version"],
  mp_lib: ["context", "library", "name"],
  ip: ["context", "ip"],
};

/**
 * Segment's calls, as its storage destinations and webhooks write them, one JSON object a line.
 *
 * - `track` becomes its event; `page` and `screen` become "Viewed <name> Page" and "Viewed <name>
 *   Screen".
 * - `identify` becomes the event "Identify" with both ids and no traits: with Simplified ID Merge
 *   an event that carries `$device_id` and `$user_id` joins the two. Traits belong to profiles,
 *   which this import does not write.
 * - `group` and `alias` are left out.
 * - `messageId` becomes `$insert_id` (Segment repeats a call with the same one), `timestamp`
 *   becomes `time`.
 *
 * https://docs.mixpanel.com/docs/tracking-methods/id-management/identifying-users-simplified and
 * https://segment.com/docs/connections/spec/
 *
 * @throws Error for a call without a type that is known, or without a timestamp with a zone
 *
 * @example
 * export { segment as transform } from "./functions/transforms/recipes/segment.ts";
 */
export const segment: Transform = (call) => {
  checkIsCalledWithRecord("segment", call);
  const name = eventName(call);
  if (name === undefined) return null;
  return {
    event: name,
    properties: {
      ...contextProperties(call),
      ...(call["type"] === "identify" ? {} : objectOf(call["properties"])),
      ...idProperties(call),
      time: timeOf(call),
    },
  };
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/segment.ts`.
 */
export const transform: Transform = segment;

/** Undefined for a call that is no event. */
function eventName(call: JsonRecord): Json | undefined {
  const { type } = call;
  if (type === "track") return call["event"] ?? "";
  if (type === "page") return viewed(call, "Page");
  if (type === "screen") return viewed(call, "Screen");
  if (type === "identify") return "Identify";
  if (type === "group" || type === "alias") return undefined;
  throw new Error("type: not a Segment call");
}

/** "Viewed Docs Page", or "Loaded a Page" when the page has no name. */
function viewed(call: JsonRecord, what: "Page" | "Screen"): string {
  const name = textOf(call["name"]) ?? textOf(objectOf(call["properties"])["name"]);
  return name === undefined ? `Loaded a ${what}` : `Viewed ${name} ${what}`;
}

function contextProperties(call: JsonRecord): JsonObject {
  const found = Object.entries(CONTEXT).map(
    ([name, path]) => [name, readField(call, path)] as const,
  );
  return Object.fromEntries(
    found.filter(([, value]) => value !== undefined && value !== null && value !== ""),
  );
}

/**
 * `distinct_id` as Simplified ID Merge makes it of the two ids, so that original projects have one
 * too.
 */
function idProperties(call: JsonRecord): JsonObject {
  const user = idOf(call["userId"]);
  const device = idOf(call["anonymousId"]);
  const insertId = textOf(call["messageId"]);
  return {
    distinct_id: user ?? (device === undefined ? "" : `$device:${device}`),
    ...(user !== undefined && { $user_id: user }),
    ...(device !== undefined && { $device_id: device }),
    ...(insertId !== undefined && { $insert_id: insertId }),
  };
}

function idOf(value: Json | undefined): string | undefined {
  return isPlaceholderId(value) ? undefined : textOf(value);
}

function timeOf(call: JsonRecord): number {
  const { timestamp } = call;
  if (timestamp === undefined || timestamp === null) throw new Error("timestamp: missing");
  try {
    return toMixpanelTime(parseIso8601(timestamp, undefined));
  } catch (error) {
    throw new Error("timestamp: not an ISO 8601 time with a zone", { cause: error });
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
