import { checkProperties, checkShape } from "../event/event-rules.ts";
import { parseExactJson } from "../event/exact-json.ts";
import { unparsable } from "../event/malformed.ts";
import { sortOf, TWO_SORTS, type ProfileRules } from "../event/profile-rules.ts";
import type { ProfileUpdate } from "../event/profile-update.ts";
import type { Problem } from "../event/problem.ts";
import type { RecordBytes } from "../event/record.ts";
import { isRecord, type TransformContext } from "../event/transform-contract.ts";
import type { ScannedEvent } from "../scan/event-scanner.ts";
import {
  completeEvent,
  completeScannedEvent,
  type CompletedEvent,
  type CompletionOptions,
  type EventJson,
} from "./complete-event.ts";
import { syntheticInsertId } from "./insert-id.ts";
import { prepareUpdate } from "./prepare-update.ts";

/** What becomes of one event, or of what turns out to be an update of a profile. */
export type PreparedEvent =
  | { readonly kind: "complete"; readonly completed: CompletedEvent }
  | { readonly kind: "update"; readonly update: ProfileUpdate }
  /** `$ignore` says that Mixpanel would drop it. */
  | { readonly kind: "ignored" }
  | { readonly kind: "refused"; readonly problem: Problem };

/** How events are completed: settings of the function. */
export interface EventOptions {
  readonly locateByRequest: boolean;
  /** What the id of an event without one is made of: the record's bytes, or its place. */
  readonly syntheticId: "record" | "position";
  readonly profiles: ProfileRules;
}

/** What one source (an object, a message) adds. */
export interface RecordSource {
  /** Tells the record's place; called only when a transform wants to know. */
  readonly contextOf: (record: RecordBytes) => TransformContext;
  /**
   * Names the record's place permanently, for `SYNTHETIC_ID=position`. Undefined: nobody knows it,
   * and its bytes take its place.
   */
  readonly positionOf: (record: RecordBytes) => string | undefined;
  /**
   * What tells an empty record (`{}`) from others: a message without data is one, and a transform
   * makes an event of its attributes. @default its bytes
   */
  readonly emptyIdentity?: () => string;
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
  readonly parse: () => ParsedJson;
}

/** JSON that was read as Latin-1, as `parseEvent` does. */
export type ParsedJson =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "refused"; readonly problem: Problem };

const OPEN_OBJECT = 0x7b;

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
  const parsed = parse();
  if (parsed.kind === "refused") return parsed;
  return prepareValue(parsed.value, json, origin, nowMs);
}

/** What the bytes alone did not tell is told by the value. */
function prepareValue(
  value: unknown,
  json: EventJson,
  origin: EventOrigin,
  nowMs: number,
): PreparedEvent {
  const { record } = origin;
  if (isRecord(value)) {
    const sort = sortOf(value);
    if (sort === "both") return { kind: "refused", problem: TWO_SORTS };
    if (sort === "update") return prepareUpdate(json, value, record, origin.options.profiles);
  }
  const shape = checkShape(value, "latin1");
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
export function identityOf(
  record: RecordBytes,
  source: RecordSource,
  { syntheticId }: Pick<EventOptions, "syntheticId">,
): Buffer | string {
  const position = syntheticId === "position" ? source.positionOf(record) : undefined;
  if (position !== undefined) return position;
  const { bytes, start, end } = record;
  const isEmpty = end - start === 2 && bytes[start] === OPEN_OBJECT;
  return (isEmpty ? source.emptyIdentity?.() : undefined) ?? bytes.subarray(start, end);
}

/**
 * Parses what the scanner leaves open. Latin-1 costs less than UTF-8, and only ASCII matters to
 * the checks.
 */
export function parseEvent({ bytes, start, end }: EventJson): ParsedJson {
  const text = bytes.toString("latin1", start, end);
  try {
    return { kind: "value", value: parseExactJson(text, false) };
  } catch (error) {
    return { kind: "refused", problem: unparsable(text, error) };
  }
}

function complete(completed: CompletedEvent): PreparedEvent {
  return { kind: "complete", completed };
}
