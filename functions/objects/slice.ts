import type { DeadRecord } from "../records/dead-letter.ts";
import type { BatchBuilder } from "../mixpanel/destinations/import/event-batch.ts";
import { MAX_EVENT_BYTES } from "../event/limits.ts";
import { OVERSIZED_HEAD_BYTES } from "../formats/ndjson/lines.ts";
import type { PreparedRecord } from "../records/prepare-record.ts";
import type { ProfileUpdate } from "../event/profile-update.ts";
import type { RecordBytes } from "../event/record.ts";
import type { Problem } from "../event/problem.ts";
import { createSliceBatches, type SliceBatch } from "./slice-batches.ts";
import { createSliceUpdates } from "./slice-updates.ts";

/**
 * Consecutive records of an object, small enough to be sent in one request (two, when there are
 * identity events among them). A slice is settled as a whole.
 */
export interface Slice {
  /**
   * Adds a record, unless it is one too many: then the slice is complete, and false is returned.
   */
  add(record: RecordBytes, prepared: PreparedRecord): boolean;
  /** Adds a record that is dead already. */
  addDead(dead: DeadRecord): boolean;
  readonly batches: readonly SliceBatch[];
  /** Of profiles, in their order, no more than `slice-updates.ts` allows. */
  readonly updates: readonly ProfileUpdate[];
  readonly dead: readonly DeadRecord[];
  counts(): SliceCounts;
}

export interface SliceCounts {
  readonly read: number;
  readonly dropped: number;
  readonly used: number;
  /** Events. */
  readonly produced: number;
  readonly idsAdded: number;
}

type UsedRecord = Extract<PreparedRecord, { readonly kind: "used" }>;

/** What a dead letter holds: more would not fit into one message. */
const MAX_DEAD_RECORDS = 1000;
const MAX_DEAD_BYTES = 1_000_000;

/** An empty slice of at most `maxRecords` records. Records that are dropped need no room. */
export function createSlice(newBuilder: () => BatchBuilder, maxRecords: number): Slice {
  const batches = createSliceBatches(newBuilder);
  const updates = createSliceUpdates();
  const dead: DeadRecord[] = [];
  let deadBytes = 0;
  const counts = { read: 0, dropped: 0, used: 0, produced: 0, idsAdded: 0 };

  const addUsed = ({ events, updates: added, idsAdded }: UsedRecord): boolean => {
    // Nearly all records are one event: nothing else is looked at.
    const hasUpdates = added.length > 0;
    if (hasUpdates && !updates.fits(added)) return false;
    if (events.length > 0 && !batches.add(events)) return false;
    if (hasUpdates) updates.add(added);
    counts.used++;
    counts.produced += events.length;
    counts.idsAdded += idsAdded;
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
        return addUsed(prepared);
      case "unusable":
        return addDead(toDeadRecord(record, prepared.problem));
      case "dropped":
        counts.dropped++;
        return true;
    }
  };
  return {
    add: (record, prepared) => {
      if (counts.read >= maxRecords || !addPrepared(record, prepared)) return false;
      counts.read++;
      return true;
    },
    addDead: (record) => {
      if (counts.read >= maxRecords || !addDead(record)) return false;
      counts.read++;
      return true;
    },
    batches: batches.all,
    updates: updates.all,
    dead,
    counts: () => ({ ...counts }),
  };
}

/**
 * A record of an object as a dead letter holds it. Of one that is larger than an event may be only
 * the head goes there: the object has the rest.
 */
export function toDeadRecord(record: RecordBytes, problem: Problem): DeadRecord {
  const { bytes, start, end, line, offset } = record;
  const place = { line, position: String(offset) };
  if (end - start <= MAX_EVENT_BYTES)
    return { problem, bytes: bytes.subarray(start, end), ...place };
  const head = Buffer.from(bytes.subarray(start, start + OVERSIZED_HEAD_BYTES));
  return { problem, bytes: head, ...place, cut: { offset, bytes: end - start } };
}
