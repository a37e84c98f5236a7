import type { Json, JsonRecord, Transform } from "../event/transform-contract.ts";
import {
  type CallProfileOptions,
  checkCallProfileOptions,
  type ProfileVendor,
  updatesOfCall,
} from "./customer-profiles.ts";
import { type JsonObject, textOf } from "./event-properties.ts";
import { besideReserved, objectOf, type Paths, propertiesAt } from "./recipe-properties.ts";
import { createTimeReader, readTimeIn } from "./time-reader.ts";
import { userProperties } from "./user-ids.ts";

/** Whose calls they are: Segment's, or of what speaks its language. */
export interface CallVendor {
  readonly name: string;
  /** Where Mixpanel's own properties are in a call. */
  readonly paths: Paths;
  /** Members that hold the time of a call; the first that is there counts. */
  readonly times: readonly string[];
}

/**
 * Where Mixpanel's own properties are in a call's `context`.
 * https://segment.com/docs/connections/spec/common/
 */
export const CONTEXT: Paths = {
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

const TYPES = "track, page, screen, identify, group or alias";

/** Times name their zone: another one is nobody's guess. */
const readTime = createTimeReader("calls", { format: "iso8601" });

/**
 * The event of a `track`, `page`, `screen` or `identify` call; null for `group` and `alias`, which
 * are none.
 *
 * @throws Error for a call without a type that is known, or without a time with a zone
 */
export function eventOfCall(call: JsonRecord, vendor: CallVendor): JsonRecord | null {
  const event = eventName(call, vendor);
  if (event === undefined) return null;
  const insertId = textOf(call["messageId"]);
  return {
    event,
    properties: {
      ...propertiesAt(call, vendor.paths),
      ...besideReserved(vendor.name.toLowerCase(), ownProperties(call)),
      ...userProperties(call["userId"], call["anonymousId"]),
      ...(insertId !== undefined && { $insert_id: insertId }),
      time: readTimeIn(call, vendor.times, readTime),
    },
  };
}

/**
 * A transform that makes of each call its event, as `eventOfCall` does, and of `identify` and
 * `group` calls updates of profiles, too.
 *
 * @param step names it in errors
 * @throws Error for options that cannot be meant so
 */
export function callsWithProfiles(
  step: string,
  vendor: CallVendor & ProfileVendor,
  options: CallProfileOptions,
): Transform {
  checkCallProfileOptions(step, options);
  return (call) => {
    const event = eventOfCall(call, vendor);
    return [...(event === null ? [] : [event]), ...updatesOfCall(call, vendor, options)];
  };
}

/** Undefined for a call that is no event. */
function eventName(call: JsonRecord, { name }: CallVendor): Json | undefined {
  const { type } = call;
  if (type === "track") return call["event"] ?? "";
  if (type === "page") return viewed(call, "Page");
  if (type === "screen") return viewed(call, "Screen");
  if (type === "identify") return "Identify";
  if (type === "group" || type === "alias") return undefined;
  throw new Error(`not a ${name} call: type has to be ${TYPES}`);
}

/** "Viewed Docs Page", or "Loaded a Page" when the page has no name. */
function viewed(call: JsonRecord, what: "Page" | "Screen"): string {
  const name = textOf(call["name"]) ?? textOf(objectOf(call["properties"])["name"]);
  return name === undefined ? `Loaded a ${what}` : `Viewed ${name} ${what}`;
}

/** Traits belong to a profile, also where a call has them among its properties. */
function ownProperties(call: JsonRecord): JsonObject {
  return call["type"] === "identify" ? {} : objectOf(call["properties"]);
}
