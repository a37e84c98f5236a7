import { MAX_EVENT_BYTES } from "../event/limits.ts";
import { TOO_LARGE } from "../event/problem.ts";
import type { ProfileUpdate } from "../event/profile-update.ts";
import type { EventBytes, RecordBytes } from "../event/record.ts";
import type { TransformContext } from "../event/transform-contract.ts";
import { scanEvent } from "../scan/event-scanner.ts";
import { applyTransform, transformFailed, type TransformResult } from "./apply-transform.ts";
import { inspectEvent } from "./inspect-event.ts";
import {
  parseEvent,
  prepareEvent,
  type EventCandidate,
  type EventOptions,
  type EventOrigin,
  type RecordSource,
} from "./prepare-event.ts";
import type { PreparedRecord, PrepareOptions, RecordGroup } from "./prepare-record.ts";

const DROPPED: PreparedRecord = { kind: "dropped" };

/**
 * A record for which the user's transform decides. Whatever it throws, early or late, is the
 * record's own problem.
 */
export function prepareTransformed(
  record: RecordBytes,
  group: RecordGroup,
  options: PrepareOptions & EventOptions,
): PreparedRecord {
  try {
    return prepareResults(record, group, options);
  } catch (error) {
    return { kind: "unusable", problem: transformFailed(error) };
  }
}

/** One unusable event or update makes the whole record unusable. */
function prepareResults(
  record: RecordBytes,
  { source, nowMs }: RecordGroup,
  options: PrepareOptions & EventOptions,
): PreparedRecord {
  const transformed = applyTransform(record, options.transform, () =>
    contextOf(record, source, options.transformSecret),
  );
  if (transformed.kind === "unusable") return transformed;
  const events: EventBytes[] = [];
  const updates: ProfileUpdate[] = [];
  let idsAdded = 0;
  for (const result of transformed.results) {
    if (result.end - result.start > MAX_EVENT_BYTES)
      return { kind: "unusable", problem: TOO_LARGE };
    const origin: EventOrigin = { record, source, options, ordinal: events.length };
    const event = prepareEvent(candidateOf(result, nowMs), origin, nowMs);
    if (event.kind === "ignored") continue;
    if (event.kind === "refused") return { kind: "unusable", problem: event.problem };
    if (event.kind === "update") {
      updates.push(event.update);
      continue;
    }
    events.push(event.completed.event);
    if (event.completed.hasNewId) idsAdded++;
  }
  const isEmpty = events.length + updates.length === 0;
  return isEmpty ? DROPPED : { kind: "used", events, updates, idsAdded };
}

/** Only a transform with a secret pays for the copy. */
function contextOf(
  record: RecordBytes,
  source: RecordSource,
  secret: string | undefined,
): TransformContext {
  const context = source.contextOf(record);
  return secret === undefined || secret === "" ? context : { ...context, secret };
}

function candidateOf(json: TransformResult, nowMs: number): EventCandidate {
  const { value, isUnchanged, bytes, start, end } = json;
  const scanned = isUnchanged
    ? scanEvent(bytes, start, end, nowMs)
    : inspectEvent(value, json, nowMs);
  // What is sent is the JSON, which may say something else than the value: no undefined, NaN or
  // inherited member.
  return { json, scanned, parse: () => parseEvent(json) };
}
