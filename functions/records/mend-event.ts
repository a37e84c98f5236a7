import { IDENTITY_EVENTS } from "../mixpanel/limits.ts";
import type { CheckedEvent } from "./event-checks.ts";
import { isUsableInsertId, mendInsertId } from "./insert-id.ts";
import { scanObject, skipWhiteSpace, type Member } from "./json-scan.ts";
import type { EventBytes, RecordBytes } from "./record.ts";

export interface MendOptions {
  /** Leaves out `ip: 0`, so that Mixpanel locates the event by the address of the request. */
  readonly locateByRequest: boolean;
  /** Id of an event that has none. */
  readonly syntheticId: () => string;
}

/** One event as JSON: `bytes[start, end)`, and `text`, the same bytes as Latin-1. */
export interface EventJson {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly value: CheckedEvent;
}

/** The event to send, and whether its `$insert_id` is not the one it came with. */
export interface MendedEvent {
  readonly event: EventBytes;
  readonly hasNewId: boolean;
}

const PROPERTIES_KEY = '"properties"';
const CLOSE_OBJECT = 0x7d;

/**
 * Completes an event without rewriting it: `ip: 0` when it has no `ip` (else Mixpanel would locate every user at this
 * function's data centre, https://docs.mixpanel.com/reference/import-events, "GeoIP"), and a usable `$insert_id`.
 * Both are put in as the first properties; all other bytes stay what they were, so numbers, escapes and the order
 * of keys survive.
 */
export function mendEvent(json: EventJson, record: RecordBytes, options: MendOptions): MendedEvent {
  const { properties } = json.value;
  const id = properties["$insert_id"];
  const keepsId = typeof id === "string" && isUsableInsertId(id);
  const replacesId = !keepsId && Object.hasOwn(properties, "$insert_id");
  const addsIp = !options.locateByRequest && !Object.hasOwn(properties, "ip");

  const source = replacesId ? replaceInsertId(json, options.syntheticId) : json;
  const addsId = !keepsId && !replacesId;
  const additions = [
    ...(addsIp ? ['"ip":0'] : []),
    ...(addsId ? [`"$insert_id":"${options.syntheticId()}"`] : []),
  ];
  return { event: insertFirst(source, additions, record), hasNewId: !keepsId };
}

/** `json` with `additions` as the first members of its properties. */
function insertFirst(
  json: EventJson,
  additions: readonly string[],
  record: RecordBytes,
): EventBytes {
  const { bytes, start, end } = json;
  const isIdentity = IDENTITY_EVENTS.has(json.value.event);
  if (additions.length === 0)
    return { bytes, start, end, insertAt: start, insertion: "", isIdentity, record };
  const insertAt = findProperties(json) + 1;
  const isEmpty = bytes[skipWhiteSpace(bytes, insertAt)] === CLOSE_OBJECT;
  const insertion = additions.join(",") + (isEmpty ? "" : ",");
  return { bytes, start, end, insertAt, insertion, isIdentity, record };
}

/**
 * Position of the `{` of `properties`. When the text holds the key exactly once and no escape, that one is the member
 * `JSON.parse` found; otherwise the members are walked, since a value, a nested key or an escaped spelling may
 * look like it.
 */
function findProperties(json: EventJson): number {
  const { text, bytes, start } = json;
  const key = text.indexOf(PROPERTIES_KEY);
  const isCertain = key !== -1 && !text.includes("\\") && !text.includes(PROPERTIES_KEY, key + 1);
  if (!isCertain) return lastMember(scanObject(bytes, start), "properties").value.start;
  const colon = skipWhiteSpace(bytes, start + key + PROPERTIES_KEY.length);
  return skipWhiteSpace(bytes, colon + 1);
}

/** A copy of `json` with a usable value for the `$insert_id` it has; of duplicates only the last one stays. */
function replaceInsertId(json: EventJson, syntheticId: () => string): EventJson {
  const { bytes, start, end } = json;
  const members = scanObject(bytes, findProperties(json));
  const { value } = lastMember(members, "$insert_id");
  const raw = bytes.toString("utf8", value.start, value.end);
  const id = mendInsertId(raw.startsWith('"') ? String(JSON.parse(raw)) : raw, syntheticId);

  const pieces: Buffer[] = [];
  let copied = start;
  members.forEach((member, index) => {
    if (member.key !== "$insert_id" || member.value === value) return;
    pieces.push(bytes.subarray(copied, member.keyStart));
    copied = members[index + 1]?.keyStart ?? member.value.end;
  });
  pieces.push(bytes.subarray(copied, value.start), Buffer.from(`"${id}"`));
  pieces.push(bytes.subarray(value.end, end));
  const replaced = Buffer.concat(pieces);
  return {
    bytes: replaced,
    start: 0,
    end: replaced.length,
    text: replaced.toString("latin1"),
    value: json.value,
  };
}

/** The member that counts: `JSON.parse` keeps the last of several with one key. */
function lastMember(members: readonly Member[], key: string): Member {
  const member = members.findLast((candidate) => candidate.key === key);
  if (member === undefined) throw new Error(`The parsed member ${key} is not in the bytes.`);
  return member;
}
