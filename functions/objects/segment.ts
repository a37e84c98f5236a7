import type { DeadRecord } from "../dead-letter.ts";
import type { BatchBuilder } from "../mixpanel/event-batch.ts";
import { MAX_EVENT_BYTES } from "../mixpanel/limits.ts";
import { OVERSIZED_HEAD_BYTES } from "../records/lines.ts";
import type { PreparedRecord } from "../records/prepare-record.ts";
import type { EventBytes, RecordBytes } from "../records/record.ts";
import type { Problem } from "../records/problem.ts";

/** A batch of a segment, and which record each of its events comes from. */
export interface SegmentBatch {
  readonly builder: BatchBuilder;
  readonly isIdentity: boolean;
  readonly records: RecordBytes[];
}

/**
 * Consecutive records of an object, small enough to be sent in one request (two, when there are identity events among
 * them). A segment is settled as a whole.
 */
export interface Segment {
  /** Adds a record, unless it is one too many: then the segment is complete, and false is returned. */
  add(record: RecordBytes, prepared: PreparedRecord): boolean;
  /** Adds a record that is dead already. */
  addDead(dead: DeadRecord): boolean;
  readonly batches: readonly SegmentBatch[];
  readonly dead: readonly DeadRecord[];
  counts(): SegmentCounts;
}

export interface SegmentCounts {
  readonly read: number;
  readonly dropped: number;
  readonly used: number;
  readonly produced: number;
  readonly idsAdded: number;
}

/** What a dead letter holds: more would not fit into one message. */
const MAX_DEAD_RECORDS = 1000;
const MAX_DEAD_BYTES = 1_000_000;

/** An empty segment of at most `maxRecords` records. Records that are dropped need no room. */
export function createSegment(newBuilder: () => BatchBuilder, maxRecords: number): Segment {
  const batches: SegmentBatch[] = [];
  const dead: DeadRecord[] = [];
  const open: Record<"events" | "identity", SegmentBatch | undefined> = {
    events: undefined,
    identity: undefined,
  };
  let deadBytes = 0;
  let read = 0;
  let dropped = 0;
  let used = 0;
  let produced = 0;
  let idsAdded = 0;

  const addEvent = (event: EventBytes): void => {
    const kind = event.isIdentity ? "identity" : "events";
    let batch = open[kind];
    // One record may become more events than fit into a request; then the segment needs several.
    if (batch?.builder.fits([event]) !== true) {
      batch = { builder: newBuilder(), isIdentity: event.isIdentity, records: [] };
      batches.push(batch);
      open[kind] = batch;
    }
    batch.builder.add(event);
    batch.records.push(event.record);
  };
  const fits = (events: readonly EventBytes[]): boolean =>
    produced === 0 ||
    ([
      [open.events, events.filter((event) => !event.isIdentity)],
      [open.identity, events.filter((event) => event.isIdentity)],
    ] as const).every(([batch, those]) => batch?.builder.fits(those) !== false);

  const addUsed = (events: readonly EventBytes[], ids: number): boolean => {
    if (!fits(events)) return false;
    for (const event of events) addEvent(event);
    used++;
    produced += events.length;
    idsAdded += ids;
    return true;
  };
  const addDead = (record: DeadRecord): boolean => {
    const isFull =
      dead.length >= MAX_DEAD_RECORDS || deadBytes + record.bytes.length > MAX_DEAD_BYTES;
    if (dead.length > 0 && isFull) return false;
    dead.push(record);
    deadBytes += record.bytes.length + 1;
    return true;
  };
  const addPrepared = (record: RecordBytes, prepared: PreparedRecord): boolean => {
    switch (prepared.kind) {
      case "used":
        return addUsed(prepared.events, prepared.idsAdded);
      case "unusable":
        return addDead(toDeadRecord(record, prepared.problem));
      case "dropped":
        dropped++;
        return true;
    }
  };
  /** Counts what `addOne` has taken, if there is room for another record. */
  const count = (addOne: () => boolean): boolean => {
    if (read >= maxRecords || !addOne()) return false;
    read++;
    return true;
  };
  return {
    add: (record, prepared) => count(() => addPrepared(record, prepared)),
    addDead: (record) => count(() => addDead(record)),
    batches,
    dead,
    counts: () => ({ read, dropped, used, produced, idsAdded }),
  };
}

/**
 * A record of an object as a dead letter holds it. Of one that is larger than an event may be only the head goes there:
 * the object has the rest.
 */
export function toDeadRecord(record: RecordBytes, problem: Problem): DeadRecord {
  const { bytes, start, end, line, offset } = record;
  if (end - start <= MAX_EVENT_BYTES) return { problem, bytes: bytes.subarray(start, end), line };
  const head = Buffer.from(bytes.subarray(start, start + OVERSIZED_HEAD_BYTES));
  return { problem, bytes: head, line, cut: { offset, bytes: end - start } };
}
