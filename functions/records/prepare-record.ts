import { isUtf8 } from "node:buffer";

import { MAX_EVENT_BYTES } from "../mixpanel/limits.ts";
import { applyTransform, onOneLine } from "./apply-transform.ts";
import { checkProperties, checkShape, type CheckedEvent } from "./event-checks.ts";
import { syntheticInsertId } from "./insert-id.ts";
import { mendEvent, type EventJson, type MendOptions } from "./mend-event.ts";
import { isProblem, type Problem } from "./problem.ts";
import type { EventBytes, RecordBytes } from "./record.ts";
import { identity, type Transform, type TransformContext } from "./transform-contract.ts";

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

export type PrepareRecord = (
  record: RecordBytes,
  source: RecordSource,
  nowMs: number,
  /** The caller knows that the bytes are valid UTF-8, having checked a whole block at once. */
  isKnownUtf8: boolean,
) => PreparedRecord;

const DROPPED: PreparedRecord = { kind: "dropped" };
const TOO_LARGE: Problem = { reason: "too-large", field: "", error: "larger than 1 MB" };
const NOT_UTF8: Problem = { reason: "malformed", field: "", error: "not valid UTF-8" };
const NOT_JSON: Problem = { reason: "malformed", field: "", error: "not valid JSON" };

/**
 * Makes the function that takes a record from bytes to checked events. Without a transform the record is parsed once,
 * as Latin-1 (UTF-8 costs more, and only ASCII matters to the checks), and stays the bytes it was.
 */
export function createPrepareRecord(options: PrepareOptions): PrepareRecord {
  const isIdentityTransform = options.transform === identity;
  return (record, source, nowMs, isKnownUtf8) => {
    const { bytes, start, end } = record;
    if (end - start > MAX_EVENT_BYTES) return unusable(TOO_LARGE);
    if (!isKnownUtf8 && !isUtf8(bytes.subarray(start, end))) return unusable(NOT_UTF8);
    if (!isIdentityTransform) return transformRecord(record, source, nowMs, options);

    const text = bytes.toString("latin1", start, end);
    const value = parseJson(text);
    if (value === undefined) return unusable(NOT_JSON);
    const event = checkShape(value, "latin1");
    if (isProblem(event)) return unusable(event);
    if (isIgnored(event)) return DROPPED;
    const problem = checkProperties(event.properties, nowMs);
    if (problem !== undefined) return unusable(problem);
    const json = { ...onOneLine(record), text, value: event };
    return finish([json], record, source, options);
  };
}

/** `undefined` when `text` is not JSON (which never means it). */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Mixpanel drops an event whose `$ignore` is truthy. https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties */
function isIgnored(event: CheckedEvent): boolean {
  return Boolean(event.properties["$ignore"]);
}

function unusable(problem: Problem): PreparedRecord {
  return { kind: "unusable", problem };
}

function finish(
  events: readonly EventJson[],
  record: RecordBytes,
  source: RecordSource,
  options: PrepareOptions,
): PreparedRecord {
  let idsAdded = 0;
  const mended = events.map((json, ordinal) => {
    const { event, hasNewId } = mendEvent(json, record, mendOptions(record, source, options, ordinal));
    if (hasNewId) idsAdded++;
    return event;
  });
  return { kind: "used", events: mended, idsAdded };
}

function mendOptions(
  record: RecordBytes,
  source: RecordSource,
  { locateByRequest, syntheticId }: PrepareOptions,
  ordinal: number,
): MendOptions {
  return {
    locateByRequest,
    syntheticId: () =>
      syntheticInsertId(
        syntheticId === "position"
          ? source.positionOf(record)
          : record.bytes.subarray(record.start, record.end),
        ordinal,
      ),
  };
}

/** A record for which the user's transform decides. */
function transformRecord(
  record: RecordBytes,
  source: RecordSource,
  nowMs: number,
  options: PrepareOptions,
): PreparedRecord {
  const transformed = applyTransform(record, options.transform, () => source.contextOf(record));
  if (isProblem(transformed)) return unusable(transformed);
  const events: EventJson[] = [];
  for (const { value, bytes, start, end } of transformed.results) {
    const event = checkShape(value, "utf8");
    if (isProblem(event)) return unusable(event);
    if (isIgnored(event)) continue;
    const problem = checkProperties(event.properties, nowMs);
    if (problem !== undefined) return unusable(problem);
    if (end - start > MAX_EVENT_BYTES) return unusable(TOO_LARGE);
    events.push({ bytes, start, end, text: bytes.toString("latin1", start, end), value: event });
  }
  return events.length === 0 ? DROPPED : finish(events, record, source, options);
}
