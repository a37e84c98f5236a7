import { checkProperties, checkShape, type ShapeVerdict } from "../event/event-rules.ts";
import { parseExactJson } from "../event/exact-json.ts";
import { unparsable } from "../event/malformed.ts";
import type { Problem } from "../event/problem.ts";
import type { RecordBytes } from "../event/record.ts";
import type { TransformContext } from "../event/transform-contract.ts";
import type { ScannedEvent } from "../scan/event-scanner.ts";
import {
  completeEvent,
  completeScannedEvent,
  type CompletedEvent,
  type CompletionOptions,
  type EventJson,
} from "./complete-event.ts";
import { syntheticInsertId } from "./insert-id.ts";

/** What becomes of one event. */
export type PreparedEvent =
  | { readonly kind: "complete"; readonly completed: CompletedEvent }
  /** `$ignore` says that Mixpanel would drop it. */
  | { readonly kind: "ignored" }
  | { readonly kind: "refused"; readonly problem: Problem };

/** How events are completed: settings of the function. */
export interface EventOptions {
  readonly locateByRequest: boolean;
  /** What the id of an event without one is made of: the record's bytes, or its place. */
  readonly syntheticId: "record" | "position";
}

/** What one source (an object, a message) adds. */
export interface RecordSource {
  /** Tells the record's place; called only when a transform wants to know. */
  readonly contextOf: (record: RecordBytes) => TransformContext;
  /** Names the record's place permanently, for `SYNTHETIC_ID=position`. */
  readonly positionOf: (record: RecordBytes) => string;
}

/** The record an event comes from. */
export interface EventOrigin {
  readonly record: RecordBytes;
  readonly source: RecordSource;
  readonly options: EventOptions;
  /** Of the record's events, from 0. */
  readonly ordinal: number;
}

/** What is known of an event before it is parsed. */
export interface EventCandidate {
  readonly json: EventJson;
  /** Undefined: the scanner could not tell, and `parse` decides. */
  readonly scanned: ScannedEvent | undefined;
  readonly parse: () => ShapeVerdict;
}

const IGNORED: PreparedEvent = { kind: "ignored" };

/** Completes an event, or says why it cannot be sent. */
export function prepareEvent(
  { json, scanned, parse }: EventCandidate,
  origin: EventOrigin,
  nowMs: number,
): PreparedEvent {
  const { record } = origin;
  if (scanned !== undefined)
    return complete(completeScannedEvent(json, scanned, record, completionOf(origin)));
  const shape = parse();
  if (shape.kind === "refused") return shape;
  const { event } = shape;
  // Mixpanel drops it,
  // https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties
  if (event.properties["$ignore"]) return IGNORED;
  const problem = checkProperties(event.properties, nowMs);
  if (problem !== undefined) return { kind: "refused", problem };
  return complete(completeEvent(json, event, record, completionOf(origin)));
}

/** What an event of a record may get added. */
export function completionOf({ record, source, options, ordinal }: EventOrigin): CompletionOptions {
  return {
    locateByRequest: options.locateByRequest,
    syntheticId: () => syntheticInsertId(identityOf(record, source, options), ordinal),
  };
}

/** What a generated id is made of. */
function identityOf(
  record: RecordBytes,
  source: RecordSource,
  { syntheticId }: EventOptions,
): Buffer | string {
  if (syntheticId === "position") return source.positionOf(record);
  return record.bytes.subarray(record.start, record.end);
}

/**
 * Parses what the scanner leaves open. Latin-1 costs less than UTF-8, and only ASCII matters to
 * the checks.
 */
export function parseEvent({ bytes, start, end }: EventJson): ShapeVerdict {
  const text = bytes.toString("latin1", start, end);
  let value: unknown;
  try {
    value = parseExactJson(text, false);
  } catch (error) {
    return { kind: "refused", problem: unparsable(text, error) };
  }
  return checkShape(value, "latin1");
}

function complete(completed: CompletedEvent): PreparedEvent {
  return { kind: "complete", completed };
}
