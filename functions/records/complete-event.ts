import { IDENTITY_EVENTS } from "../event/limits.ts";
import type { ScannedEvent } from "../scan/event-scanner.ts";
import type { CheckedEvent } from "../event/event-rules.ts";
import { isUsableInsertId, toUsableInsertId } from "./insert-id.ts";
import { scanObject, type Member } from "./json-scan.ts";
import type { EventBytes, RecordBytes } from "../event/record.ts";

export interface CompletionOptions {
  /** Leaves out `ip: 0`, so that Mixpanel locates the event by the address of the request. */
  readonly locateByRequest: boolean;
  /** Id of an event that has none. */
  readonly syntheticId: () => string;
}

/** One event as JSON: `bytes[start, end)`. */
export interface EventJson {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The event to send, and whether its `$insert_id` is not the one it came with. */
export interface CompletedEvent {
  readonly event: EventBytes;
  readonly hasNewId: boolean;
}

/**
 * Completes an event without rewriting it: `ip: 0` when it has no `ip` (else Mixpanel would locate
 * every user at this function's data centre, https://docs.mixpanel.com/reference/import-events,
 * "GeoIP"), and a usable `$insert_id`. Both are put in as the last properties; all other bytes stay
 * what they were, so numbers, escapes and the order of keys survive.
 */
export function completeEvent(
  json: EventJson,
  { event, properties }: CheckedEvent,
  record: RecordBytes,
  options: CompletionOptions,
): CompletedEvent {
  const id = properties["$insert_id"];
  const keepsId = typeof id === "string" && isUsableInsertId(id);
  const replacesId = !keepsId && Object.hasOwn(properties, "$insert_id");
  const { bytes, start, end } = replacesId ? replaceInsertId(json, options.syntheticId) : json;
  const additions = additionsTo(
    { hasIp: Object.hasOwn(properties, "ip"), hasInsertId: keepsId || replacesId },
    options,
  );
  const open = findProperties(bytes, start);
  const isEmpty = scanObject(bytes, open.start).length === 0;
  const completed: EventBytes = {
    bytes,
    start,
    end,
    insertAt: open.end - 1,
    insertion: isEmpty ? additions.slice(1) : additions,
    isIdentity: IDENTITY_EVENTS.has(event),
    record,
  };
  return { event: completed, hasNewId: !keepsId };
}

/** The same for an event that was only scanned. */
export function completeScannedEvent(
  { bytes, start, end }: EventJson,
  scanned: ScannedEvent,
  record: RecordBytes,
  options: CompletionOptions,
): CompletedEvent {
  const event: EventBytes = {
    bytes,
    start,
    end,
    insertAt: scanned.propertiesEnd,
    insertion: additionsTo(scanned, options),
    isIdentity: scanned.isIdentity,
    record,
  };
  return { event, hasNewId: !scanned.hasInsertId };
}

/** What goes behind the last property, comma first. */
function additionsTo(
  { hasIp, hasInsertId }: Pick<ScannedEvent, "hasIp" | "hasInsertId">,
  { locateByRequest, syntheticId }: CompletionOptions,
): string {
  const ip = hasIp || locateByRequest ? "" : ',"ip":0';
  return hasInsertId ? ip : `${ip},"$insert_id":"${syntheticId()}"`;
}

function findProperties(bytes: Buffer, start: number): Member["value"] {
  return lastMember(scanObject(bytes, start), "properties").value;
}

/**
 * A copy of `json` with a usable value for the `$insert_id` it has; of duplicates only the last one
 * stays.
 */
function replaceInsertId({ bytes, start, end }: EventJson, syntheticId: () => string): EventJson {
  const members = scanObject(bytes, findProperties(bytes, start).start);
  const { value } = lastMember(members, "$insert_id");
  const raw = bytes.toString("utf8", value.start, value.end);
  const id = toUsableInsertId(raw.startsWith('"') ? String(JSON.parse(raw)) : raw, syntheticId);

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
  return { bytes: replaced, start: 0, end: replaced.length };
}

/** The member that counts: `JSON.parse` keeps the last of several with one key. */
function lastMember(members: readonly Member[], key: string): Member {
  const member = members.findLast((candidate) => candidate.key === key);
  if (member === undefined) throw new Error(`The parsed member ${key} is not in the bytes.`);
  return member;
}
