import { isJsonObject, type JsonObject } from "../json.ts";
import { cutText } from "./cut-text.ts";
import type { AcceptedEvent } from "./event-check.ts";
import { parseExactly } from "./exact-json.ts";

/** An event as the store keeps it: what it is told apart by, and the text it was made from. */
export interface KeptEvent extends EventSource {
  readonly event: AcceptedEvent;
}

/** What a dump is made from. */
export interface EventSource {
  /** The event's JSON, as it was sent. */
  readonly text: string;
  readonly receivedMs: number;
  /** Address of which an event without `ip` gets its place. */
  readonly locatedBy: string | undefined;
  readonly endpoint: "import" | "track";
}

/**
 * One event of the dump, in the shape of Mixpanel's raw export
 * (https://docs.mixpanel.com/reference/raw-event-export).
 */
export interface ExportedEvent {
  readonly event: string;
  readonly properties: JsonObject;
}

/**
 * What a query or an export would show of an event: long texts cut, `ip` replaced by a place,
 * `time` in seconds. Integers beyond 2^53 are bigints.
 */
export function exportEvent(kept: KeptEvent, unit: "characters" | "bytes"): ExportedEvent {
  const { name, timeMs, distinctId, insertId } = kept.event;
  const parsed = parseExactly(kept.text);
  const sent =
    isJsonObject(parsed) && isJsonObject(parsed["properties"]) ? parsed["properties"] : {};
  const { ip, ...others } = sent;
  const properties = {
    ...placeOf(ip, kept.locatedBy),
    ...cutTexts(others, unit),
    time: timeMs / 1000,
    distinct_id: distinctId,
    ...(insertId === undefined ? {} : { $insert_id: insertId }),
    mp_processing_time_ms: kept.receivedMs,
  };
  return { event: cutText(name, unit), properties };
}

/**
 * Mixpanel locates `ip`, or the request's address when there is none, and keeps only the place;
 * `ip: 0` turns it off (https://docs.mixpanel.com/reference/import-events, "GeoIP"). Here the place
 * names the address it was made of. That a place the event brings itself stays is inferred.
 */
function placeOf(ip: unknown, requestAddress: string | undefined): JsonObject {
  if (ip === 0 || ip === "0" || ip === false) return {};
  const address = typeof ip === "string" && ip !== "" ? ip : requestAddress;
  if (address === undefined) return {};
  return {
    $city: `City of ${address}`,
    $region: `Region of ${address}`,
    mp_country_code: "ZZ",
  };
}

function cutTexts(properties: JsonObject, unit: "characters" | "bytes"): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      cutText(key, unit),
      typeof value === "string" ? cutText(value, unit) : value,
    ]),
  );
}
