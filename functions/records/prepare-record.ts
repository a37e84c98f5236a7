import { isUtf8 } from "node:buffer";

import { MAX_EVENT_BYTES } from "../event/limits.ts";
import { undecodable } from "../event/malformed.ts";
import { TOO_LARGE, type Problem } from "../event/problem.ts";
import type { ProfileRules } from "../event/profile-rules.ts";
import { DEFAULT_OPERATORS, type ProfileUpdate } from "../event/profile-update.ts";
import type { EventBytes, RecordBytes } from "../event/record.ts";
import { identity, type Transform } from "../event/transform-contract.ts";
import { scanRecord, type ScannedRecord } from "../scan/event-scanner.ts";
import { mapRow } from "../scan/row-mapper.ts";
import { isUpdate } from "../scan/scanned-update.ts";
import { onOneLine } from "./apply-transform.ts";
import { completeScannedEvent, type CompletedEvent } from "./complete-event.ts";
import {
  completionOf,
  parseEvent,
  prepareEvent,
  type EventOptions,
  type EventOrigin,
  type RecordSource,
} from "./prepare-event.ts";
import { prepareTransformed } from "./prepare-transformed.ts";
import { prepareScannedUpdate } from "./prepare-update.ts";
import { rowProblem, rowToEvent } from "./row-event.ts";

/** What becomes of one record. */
export type PreparedRecord =
  | { readonly kind: "dropped" }
  | { readonly kind: "unusable"; readonly problem: Problem }
  | {
      readonly kind: "used";
      readonly events: readonly EventBytes[];
      /** Of profiles. */
      readonly updates: readonly ProfileUpdate[];
      /** Events whose `$insert_id` is not the one they came with. */
      readonly idsAdded: number;
    };

export interface PrepareOptions extends Omit<EventOptions, "profiles"> {
  /** @default what a stack allows that says nothing; no `$token` is foreign */
  readonly profiles?: ProfileRules;
  readonly transform: Transform;
  /** `context.secret`. @default none */
  readonly transformSecret?: string;
}

/** What records that are prepared together have in common. */
export interface RecordGroup {
  readonly source: RecordSource;
  /** The clock, for events of the future. */
  readonly nowMs: number;
  /** The bytes are known to be valid UTF-8: a whole block was checked at once. */
  readonly isKnownUtf8: boolean;
  /**
   * Whether the records are rows of a file with columns. Without a transform, those of the usual
   * columns are made events.
   *
   * @default false
   */
  readonly areRows?: boolean;
}

/** Takes records from bytes to checked events and updates of profiles. */
export interface RecordPreparer {
  /** Whether it is of any use to scan records before. */
  readonly usesScan: boolean;
  /** `scanned` is what a scan of the record's line has told. Left out: it is scanned here. */
  prepare(record: RecordBytes, group: RecordGroup, scanned?: ScannedRecord): PreparedRecord;
  /** Told when `prepare` was ended by force: not even its `finally` ran. */
  interrupted?(): void;
}

const DROPPED: PreparedRecord = { kind: "dropped" };

const DEFAULT_PROFILE_RULES: ProfileRules = {
  operators: new Set(DEFAULT_OPERATORS),
  isOwnToken: () => true,
};

/** Without a transform a record stays the bytes it was, and most are not even parsed. */
export function createRecordPreparer(given: PrepareOptions): RecordPreparer {
  const options = { profiles: DEFAULT_PROFILE_RULES, ...given };
  const usesScan = options.transform === identity;
  return {
    usesScan,
    prepare: (record, group, scanned) => {
      const { bytes, start, end } = record;
      if (end - start > MAX_EVENT_BYTES) return unusable(TOO_LARGE);
      if (!group.isKnownUtf8 && !isUtf8(bytes.subarray(start, end)))
        return unusable(undecodable(bytes.subarray(start, end)));
      if (!usesScan) return prepareTransformed(record, group, options);
      return group.areRows === true
        ? prepareRow(record, group, options)
        : prepareAsIs(record, group, options, scanned);
    },
  };
}

function prepareAsIs(
  record: RecordBytes,
  { source, nowMs }: RecordGroup,
  options: EventOptions,
  scannedLine: ScannedRecord | undefined,
): PreparedRecord {
  const json = record.hasLineBreaks ? onOneLine(record) : record;
  const scanned = scannedLine ?? scanRecord(json.bytes, json.start, json.end, nowMs);
  const origin: EventOrigin = { record, source, options, ordinal: 0 };
  // Nearly all records are done with a scan: what only the others need is not even made.
  if (scanned !== undefined && !isUpdate(scanned))
    return used(completeScannedEvent(json, scanned, record, completionOf(origin)));
  const update =
    scanned === undefined
      ? undefined
      : prepareScannedUpdate(json, scanned, record, options.profiles);
  if (update !== undefined) return usedUpdate(update);
  const candidate = { json, scanned: undefined, parse: () => parseEvent(json) };
  const event = prepareEvent(candidate, origin, nowMs);
  switch (event.kind) {
    case "complete":
      return used(event.completed);
    case "update":
      return usedUpdate(event.update);
    case "ignored":
      return DROPPED;
    case "refused":
      return unusable(event.problem);
  }
}

/** Without a transform, a row is not an event yet. */
function prepareRow(
  record: RecordBytes,
  group: RecordGroup,
  options: PrepareOptions & EventOptions,
): PreparedRecord {
  // Canonical rows have no line breaks: one has been edited.
  const mapped = record.hasLineBreaks
    ? undefined
    : mapRow(record.bytes, record.start, record.end, group.nowMs);
  if (mapped !== undefined) {
    const origin: EventOrigin = { record, source: group.source, options, ordinal: 0 };
    return used(completeScannedEvent(mapped, mapped, record, completionOf(origin)));
  }
  const prepared = prepareTransformed(record, group, { ...options, transform: rowToEvent });
  return prepared.kind === "unusable" ? unusable(rowProblem(prepared.problem)) : prepared;
}

const NO_EVENTS: readonly EventBytes[] = [];
const NO_UPDATES: readonly ProfileUpdate[] = [];

function used({ event, hasNewId }: CompletedEvent): PreparedRecord {
  return { kind: "used", events: [event], updates: NO_UPDATES, idsAdded: hasNewId ? 1 : 0 };
}

function usedUpdate(update: ProfileUpdate): PreparedRecord {
  return { kind: "used", events: NO_EVENTS, updates: [update], idsAdded: 0 };
}

function unusable(problem: Problem): PreparedRecord {
  return { kind: "unusable", problem };
}
