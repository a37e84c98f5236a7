import type { DeadRecord } from "../records/dead-letter.ts";
import type { BatchBuilder } from "../mixpanel/event-batch.ts";
import { MAX_EVENT_BYTES } from "../event/limits.ts";
import { OVERSIZED_HEAD_BYTES } from "../reading/lines.ts";
import type { PreparedRecord } from "../records/prepare-record.ts";
import type { EventBytes, RecordBytes } from "../event/record.ts";
import type { Problem } from "../event/problem.ts";

/** A batch of a slice, and which record each of its events comes from. */
export interface SliceBatch {
  readonly builder: BatchBuilder;
  readonly isIdentity: boolean;
  readonly records: RecordBytes[];
}

/**
 * Consecutive records of an object, small enough to be sent in one request (two, when there are identity events among
 * them). A slice is settled as a whole.
 */
export interface Slice {
  /** Adds a record, unless it is one too many: then the slice is complete, and false is returned. */
  add(record: RecordBytes, prepared: PreparedRecord): boolean;
  /** Adds a record that is dead already. */
  addDead(dead: DeadRecord): boolean;
  readonly batches: readonly SliceBatch[];
  readonly dead: readonly DeadRecord[];
  counts(): SliceCounts;
}

export interface SliceCounts {
  readonly read: number;
  readonly dropped: number;
  readonly used: number;
  readonly produced: number;
  readonly idsAdded: number;
}

/** What a dead letter holds: more would not fit into one message. */
const MAX_DEAD_RECORDS = 1000;
const MAX_DEAD_BYTES = 1_000_000;

/** An empty slice of at most `maxRecords` records. Records that are dropped need no room. */
export function createSlice(newBuilder: () => BatchBuilder, maxRecords: number): Slice {
  const batches: SliceBatch[] = [];
  const dead: DeadRecord[] = [];
  const open: Record<"events" | "identity", SliceBatch | undefined> = {
    events: undefined,
    identity: undefined,
  };
  let deadBytes = 0;
  let read = 0;
  let dropped = 0;
  let used = 0;
  let produced = 0;
  let idsAdded = 0;

  const newBatch = (isIdentity: boolean): SliceBatch => {
    const batch = { builder: newBuilder(), isIdentity, records: [] };
    batches.push(batch);
    open[isIdentity ? "identity" : "events"] = batch;
    return batch;
  };
  const addTo = (batch: SliceBatch, event: EventBytes): boolean => {
    if (!batch.builder.add(event)) return false;
    batch.records.push(event.record);
    return true;
  };
  const openFor = (isIdentity: boolean): SliceBatch | undefined =>
    isIdentity ? open.identity : open.events;
  const fits = (events: readonly EventBytes[]): boolean =>
    produced === 0 ||
    [false, true].every((isIdentity) => {
      const those = events.filter((event) => event.isIdentity === isIdentity);
      return openFor(isIdentity)?.builder.fits(those) !== false;
    });

  const addUsed = (events: readonly EventBytes[], ids: number): boolean => {
    const [only] = events;
    if (only !== undefined && events.length === 1) {
      const { isIdentity } = only;
      if (!addTo(openFor(isIdentity) ?? newBatch(isIdentity), only)) return false;
    } else {
      if (!fits(events)) return false;
      // One record may become more events than fit into a request; then the slice needs several.
      for (const event of events) {
        const batch = openFor(event.isIdentity);
        if (batch === undefined || !addTo(batch, event)) addTo(newBatch(event.isIdentity), event);
      }
    }
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
  return {
    add: (record, prepared) => {
      if (read >= maxRecords || !addPrepared(record, prepared)) return false;
      read++;
      return true;
    },
    addDead: (record) => {
      if (read >= maxRecords || !addDead(record)) return false;
      read++;
      return true;
    },
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
