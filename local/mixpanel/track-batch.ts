import { isJsonObject } from "../json.ts";
import type { AcceptedEvent } from "./event-check.ts";
import { acceptLeniently } from "./lenient-event.ts";
import { MAX_TRACKED_AGE_MS } from "./limits.ts";
import { type SentRecord, textOf } from "./parse-batch.ts";
import type { Project } from "./project.ts";
import type { RejectLog } from "./reject-log.ts";
import type { Refusal } from "./rules.ts";
import type { Switches } from "./switches.ts";

/** A batch of events on its way through /track. */
export interface TrackedBatch {
  readonly records: readonly SentRecord[];
  /** The project of a token, or undefined: such an event is accepted, and vanishes. */
  readonly projectOf: (token: unknown) => Project | undefined;
  readonly nowMs: number;
  readonly switches: Switches;
  /** With `ip=1`: makes an id for events without one, and their place. "" otherwise. */
  readonly address: string;
  readonly rejects: RejectLog;
  /** Number of the request. */
  readonly request: number;
  /** Name of events to lose without a word. */
  readonly loseEvent: string | undefined;
}

/** What became of a batch. */
export interface TrackResult {
  /** Valid, of which some may have vanished. */
  readonly valid: number;
  /** Invalid, or too old. */
  readonly rejected: number;
  /** Why the first invalid one is so, as the response tells it. */
  readonly error: string | undefined;
}

/**
 * Stores what is valid of a batch: an event with a token. What is wrong beyond that is silently
 * replaced, and what is too old is silently dropped, as
 * https://docs.mixpanel.com/reference/track-event tells.
 */
export function trackEvents(batch: TrackedBatch): TrackResult {
  const result = { valid: 0, rejected: 0, error: undefined as string | undefined };
  batch.records.forEach((record, index) => {
    const refusal = refuseEvent(record) ?? store(batch, record);
    const isValid = refusal === undefined || refusal.rule === "tracked-too-old";
    if (isValid) result.valid += 1;
    else result.error ??= refusal.message;
    if (refusal === undefined) return;
    result.rejected += 1;
    batch.rejects.add(refusal, batch.request, index, () => textOf(record));
  });
  return result;
}

/**
 * The token of an event, in its properties
 * (https://docs.mixpanel.com/reference/track-event).
 */
export function tokenOf({ value }: SentRecord): unknown {
  const properties = isJsonObject(value) ? value["properties"] : undefined;
  return isJsonObject(properties) ? properties["token"] : undefined;
}

function refuseEvent(record: SentRecord): Refusal | undefined {
  const { value } = record;
  const name = isJsonObject(value) ? value["event"] : undefined;
  if (typeof name !== "string" || name.trim() === "")
    return { rule: "event-missing", field: "event", message: "event, missing or empty" };
  const token = tokenOf(record);
  if (typeof token === "string" && token !== "") return undefined;
  return { rule: "token-missing", field: "properties.token", message: "token, missing or empty" };
}

function store(batch: TrackedBatch, record: SentRecord): Refusal | undefined {
  const { nowMs, switches, address } = batch;
  const project = batch.projectOf(tokenOf(record));
  if (project === undefined) return undefined;
  const { identityMode } = project;
  const event = acceptLeniently(record, { nowMs, identityMode, address, switches });
  if (event === undefined || event.name === batch.loseEvent || event.isIgnored) return undefined;
  if (isTooOld(event, nowMs))
    return {
      rule: "tracked-too-old",
      field: "properties.time",
      message: "'properties.time' is more than 5 days ago",
    };
  project.store.add(event, () => ({
    text: textOf(record),
    receivedMs: nowMs,
    locatedBy: address === "" ? undefined : address,
    endpoint: "track",
  }));
  return undefined;
}

function isTooOld({ timeMs }: AcceptedEvent, nowMs: number): boolean {
  return timeMs < nowMs - MAX_TRACKED_AGE_MS;
}
