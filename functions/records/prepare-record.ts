import { isUtf8 } from "node:buffer";

import { MAX_EVENT_BYTES } from "../event/limits.ts";
import { scanEvent, type ScannedEvent } from "../scan/event-scanner.ts";
import { applyTransform, isRecord, onOneLine, type TransformResult } from "./apply-transform.ts";
import { checkProperties, checkShape, type CheckedEvent } from "../event/event-rules.ts";
import { inspectEvent } from "./inspect-event.ts";
import { syntheticInsertId } from "./insert-id.ts";
import {
  completeScannedEvent,
  completeEvent,
  type EventJson,
  type CompletedEvent,
  type CompletionOptions,
} from "./complete-event.ts";
import { isProblem, type Problem } from "../event/problem.ts";
import type { EventBytes, RecordBytes } from "../event/record.ts";
import { identity, type Transform, type TransformContext } from "../event/transform-contract.ts";

/** What becomes of one record. */
export type PreparedRecord =
  | { readonly kind: "dropped" }
  | { readonly kind: "unusable"; readonly problem: Problem }
  | { readonly kind: "used"; readonly events: readonly EventBytes[]; readonly idsAdded: number };

export interface PrepareOptions {
  readonly transform: Transform;
  readonly locateByRequest: boolean;
  readonly syntheticId: "record" | "position";
}

/** What one source (an object, a message) adds. */
export interface RecordSource {
  /** Tells the record's place; called only when a transform wants to know. */
  readonly contextOf: (record: RecordBytes) => TransformContext;
  /** Names the record's place for ever, for `SYNTHETIC_ID=position`. */
  readonly positionOf: (record: RecordBytes) => string;
}

export type PrepareRecord = Prepare & {
  /** Whether it is of any use to scan records before. */
  readonly usesScan: boolean;
};

type Prepare = (
  record: RecordBytes,
  source: RecordSource,
  nowMs: number,
  /** The caller knows that the bytes are valid UTF-8, having checked a whole block at once. */
  isKnownUtf8: boolean,
  /** What a scan of the record's line has told. Left out: it is scanned here. */
  scannedLine?: ScannedEvent,
) => PreparedRecord;

const DROPPED: PreparedRecord = { kind: "dropped" };
const TOO_LARGE: Problem = { reason: "too-large", field: "", error: "larger than 1 MB" };
const NOT_UTF8: Problem = { reason: "malformed", field: "", error: "not valid UTF-8" };
const NOT_JSON: Problem = { reason: "malformed", field: "", error: "not valid JSON" };

/**
 * Makes the function that takes a record from bytes to checked events. Without a transform a record stays the bytes it
 * was, and most are not even parsed.
 */
export function createPrepareRecord(options: PrepareOptions): PrepareRecord {
  const usesScan = options.transform === identity;
  const prepare: Prepare = (record, source, nowMs, isKnownUtf8, scannedLine) => {
    const { bytes, start, end } = record;
    if (end - start > MAX_EVENT_BYTES) return unusable(TOO_LARGE);
    if (!isKnownUtf8 && !isUtf8(bytes.subarray(start, end))) return unusable(NOT_UTF8);
    if (!usesScan) return prepareTransformed({ record, source, nowMs, options });
    // Nearly all records are done with a scan: what only the others need is not even made.
    const scanned = scannedLine ?? scanEvent(bytes, start, end, nowMs);
    if (scanned === undefined) return prepareAsIs({ record, source, nowMs, options });
    return used(
      completeScannedEvent(
        record,
        scanned,
        record,
        completionOptionsFor(record, source, options, 0),
      ),
    );
  };
  return Object.assign(prepare, { usesScan });
}

/** A record, and all that is needed to prepare it. */
interface Place {
  readonly record: RecordBytes;
  readonly source: RecordSource;
  readonly nowMs: number;
  readonly options: PrepareOptions;
}

function prepareAsIs(place: Place): PreparedRecord {
  const { record } = place;
  const json = record.hasLineBreaks ? onOneLine(record) : record;
  const scanned = scanEvent(json.bytes, json.start, json.end, place.nowMs);
  const event = prepareEvent(place, { json, scanned, ordinal: 0 }, () => parseLatin1(json));
  if (event === "ignored") return DROPPED;
  return "reason" in event ? unusable(event) : used(event);
}

function used({ event, hasNewId }: CompletedEvent): PreparedRecord {
  return { kind: "used", events: [event], idsAdded: hasNewId ? 1 : 0 };
}

/** A record for which the user's transform decides. One unusable event makes the whole record unusable. */
function prepareTransformed(place: Place): PreparedRecord {
  const { record, source, options } = place;
  const transformed = applyTransform(record, options.transform, () => source.contextOf(record));
  if (isProblem(transformed)) return unusable(transformed);
  const events: EventBytes[] = [];
  let idsAdded = 0;
  for (const result of transformed.results) {
    if (result.end - result.start > MAX_EVENT_BYTES) return unusable(TOO_LARGE);
    const event = prepareResult(place, result, events.length);
    if (event === "ignored") continue;
    if ("reason" in event) return unusable(event);
    events.push(event.event);
    if (event.hasNewId) idsAdded++;
  }
  return events.length === 0 ? DROPPED : { kind: "used", events, idsAdded };
}

function prepareResult(
  place: Place,
  json: TransformResult,
  ordinal: number,
): CompletedEvent | Problem | "ignored" {
  const { value, isUnchanged, bytes, start, end } = json;
  const scanned =
    isUnchanged || !isRecord(value)
      ? scanEvent(bytes, start, end, place.nowMs)
      : inspectEvent(value, json, place.nowMs);
  // What is sent is the JSON, which may say something else than the value: no undefined, NaN or inherited member.
  const look = () => (end === start ? checkShape(value, "utf8") : parseLatin1(json));
  return prepareEvent(place, { json, scanned, ordinal }, look);
}

/** What is known of an event before the closer look. */
interface Candidate {
  readonly json: EventJson;
  readonly scanned: ScannedEvent | undefined;
  /** Of the record's events, from 0. */
  readonly ordinal: number;
}

/** One event: complete, or why it cannot be sent. `look` is the closer look at what a scan leaves open. */
function prepareEvent(
  place: Place,
  { json, scanned, ordinal }: Candidate,
  look: () => CheckedEvent | Problem,
): CompletedEvent | Problem | "ignored" {
  const { record, source, nowMs, options } = place;
  const completionOptions = completionOptionsFor(record, source, options, ordinal);
  if (scanned !== undefined) return completeScannedEvent(json, scanned, record, completionOptions);
  const event = look();
  if (isProblem(event)) return event;
  // Mixpanel drops it, https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties
  if (event.properties["$ignore"]) return "ignored";
  return (
    checkProperties(event.properties, nowMs) ??
    completeEvent(json, event, record, completionOptions)
  );
}

function completionOptionsFor(
  record: RecordBytes,
  source: RecordSource,
  options: PrepareOptions,
  ordinal: number,
): CompletionOptions {
  return {
    locateByRequest: options.locateByRequest,
    syntheticId: () => syntheticInsertId(identityOf(record, source, options), ordinal),
  };
}

/** What a generated id is made of. */
function identityOf(
  record: RecordBytes,
  source: RecordSource,
  { syntheticId }: PrepareOptions,
): Buffer | string {
  if (syntheticId === "position") return source.positionOf(record);
  return record.bytes.subarray(record.start, record.end);
}

/** Latin-1 costs less than UTF-8, and only ASCII matters to the checks. */
function parseLatin1({ bytes, start, end }: EventJson): CheckedEvent | Problem {
  try {
    return checkShape(JSON.parse(bytes.toString("latin1", start, end)) as unknown, "latin1");
  } catch {
    return NOT_JSON;
  }
}

function unusable(problem: Problem): PreparedRecord {
  return { kind: "unusable", problem };
}
