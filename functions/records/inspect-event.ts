import { IDENTITY_EVENTS, PLACEHOLDER_IDS } from "../event/limits.ts";
import { OPERATORS } from "../event/profile-update.ts";
import type { ScannedEvent } from "../scan/event-scanner.ts";
import { isTooFarAhead } from "../event/event-rules.ts";
import { isUsableInsertId, mayBePlaceholder } from "./insert-id.ts";
import type { EventJson } from "./complete-event.ts";

import type { JsonRecord } from "../event/transform-contract.ts";

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const OPERATOR_NAMES: ReadonlySet<string> = new Set(OPERATORS);

/** Has fewer digits than 2^53, so that JSON has it as it is. */
const MAX_TIME = 1e15;

/**
 * What `scanEvent` says of `json`, told from `value`, of which JSON.stringify made it: a look at a
 * few members instead of one at every byte. `undefined` means that the event falls back to
 * `JSON.parse`, as there.
 *
 * Taken for granted: reading a member twice gives the same value (it is no getter that counts).
 */
export function inspectEvent(
  value: JsonRecord,
  json: EventJson,
  nowMs: number,
): ScannedEvent | undefined {
  const { event, properties } = value;
  if (!isPlainObject(value) || !isPlainObject(properties)) return undefined;
  if (!isPlainName(event) || !isUsableTime(properties["time"], nowMs)) return undefined;
  const { distinct_id: distinctId, $insert_id: insertId, ip } = properties;
  if (!isScalar(distinctId) || !isScalar(ip) || properties["$ignore"] !== undefined)
    return undefined;
  if (isPlaceholder(distinctId)) return undefined;
  const hasInsertId = insertId !== undefined;
  if (hasInsertId && !(typeof insertId === "string" && isUsableInsertId(insertId)))
    return undefined;
  if (hasInsertId && !isWritten(properties, "$insert_id")) return undefined;
  if (ip !== undefined && !isWritten(properties, "ip")) return undefined;
  if (!endsWithProperties(value, json)) return undefined;
  return {
    propertiesEnd: json.end - 2,
    // JSON leaves out what is undefined.
    hasIp: ip !== undefined,
    hasInsertId,
    isIdentity: IDENTITY_EVENTS.has(event),
  };
}

/**
 * Of another kind, or with `toJSON`, an object may have other members in JSON than it seems to
 * have.
 */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isOrdinary = prototype === Object.prototype || prototype === null;
  return isOrdinary && (value as { toJSON?: unknown }).toJSON === undefined;
}

/** JSON leaves out members that are not enumerable. */
function isWritten(object: object, key: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, key);
}

/** A name that begins with a visible character is not blank. */
function isPlainName(event: unknown): event is string {
  if (typeof event !== "string") return false;
  const first = event.charCodeAt(0);
  return first > 0x20 && first < 0x7f;
}

function isUsableTime(time: unknown, nowMs: number): boolean {
  return (
    typeof time === "number" &&
    Number.isInteger(time) &&
    time >= 0 &&
    time < MAX_TIME &&
    !isTooFarAhead(time, nowMs)
  );
}

/** What JSON has as it is, or not at all. */
function isScalar(value: unknown): boolean {
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" || type === "undefined";
}

function isPlaceholder(distinctId: unknown): boolean {
  if (typeof distinctId !== "string" || !mayBePlaceholder(distinctId)) return false;
  return PLACEHOLDER_IDS.has(distinctId);
}

/**
 * Whether the last thing in the JSON is the end of the properties, which are not empty, and the
 * name is there; false also when a key says that it may be no event.
 */
function endsWithProperties(value: JsonRecord, { bytes, end }: EventJson): boolean {
  let last = "";
  let hasName = false;
  for (const key in value) {
    if (key === "event") hasName = true;
    // It may be an update of a profile, or both.
    if (OPERATOR_NAMES.has(key)) return false;
    last = key;
  }
  if (!hasName || last !== "properties" || bytes[end - 3] === OPEN_OBJECT) return false;
  return bytes[end - 1] === CLOSE_OBJECT && bytes[end - 2] === CLOSE_OBJECT;
}
