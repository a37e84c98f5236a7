import type { Problem } from "../event/problem.ts";
import type { ProfileUpdate } from "../event/profile-update.ts";
import type { EventBytes, RecordBytes } from "../event/record.ts";
import { ZERO_COUNTERS, type Counters } from "../records/counters.ts";
import type { DeadRecord } from "../records/dead-letter.ts";
import type { PreparedRecord, RecordPreparer } from "../records/prepare-record.ts";
import { prepareRecords, prepareRecordsWithinLimit } from "../records/prepare-records.ts";
import type { MessageData } from "./message-data.ts";
import type { MessageOrigin } from "./message-origin.ts";
import { messageRecords } from "./message-records.ts";
import type { SubmissionOutcome } from "./submission.ts";

/**
 * Records of a message that are taken together: what they are made of has to fit in beside other
 * messages'.
 */
export const SLICE_RECORDS = 10_000;

/**
 * Likewise of what a transform makes of them: a slice ends with the record that reaches it. Less
 * than what all messages of an instance may hold (import-messages.ts), so that it finds room beside
 * others.
 */
export const SLICE_EVENTS = 100_000;

/** Some records of a message, checked. */
export interface MessageSlice {
  readonly events: readonly EventBytes[];
  /** Of profiles, in their order. */
  readonly updates: readonly ProfileUpdate[];
  /** What the checks or the transform made of the others. */
  readonly tally: RecordTally;
  /** Whether it is the last one; of nearly all messages the first. */
  readonly isLast: boolean;
}

/** The records of which nothing is sent, and how many there are of the others. */
export interface RecordTally {
  readonly dead: readonly DeadRecord[];
  readonly read: number;
  readonly dropped: number;
  readonly used: number;
  /** Events. */
  readonly produced: number;
  readonly idsAdded: number;
}

/** What has been read of a message, and how often it has been delivered. */
interface ReadMessage {
  readonly read: Exclude<MessageData, { readonly kind: "too-much" }>;
  readonly deliveryAttempt: number;
}

/**
 * Reads and checks the records of a message, at most `SLICE_RECORDS` at a time, and as many as make
 * `SLICE_EVENTS`. At least one slice.
 * In a message that is delivered again a transform gets five seconds for each record: it may be the
 * one that ended the instance the last time (transform-watch.ts).
 */
export function* prepareMessage(
  { read, deliveryAttempt }: ReadMessage,
  origin: MessageOrigin,
  preparer: RecordPreparer,
  nowMs: number,
): Generator<MessageSlice, void> {
  if (read.kind === "unreadable") {
    yield unreadableSlice(read.bytes, read.problem, origin);
    return;
  }
  const { records: source, areRows, areLines } = origin;
  const group = { source, nowMs, isKnownUtf8: false, areRows };
  const records = messageRecords(read.bytes, areLines);
  const isLimited = !preparer.usesScan && deliveryAttempt > 1;
  const prepareAll = isLimited ? prepareRecordsWithinLimit : prepareRecords;
  let next = records.next();
  do {
    const slice = createSlice(origin);
    prepareAll(preparer, group, {
      next: () => (next.done === true ? undefined : next.value),
      take: (record, prepared) => {
        slice.add(record, prepared);
        next = records.next();
        return slice.hasRoom();
      },
    });
    yield slice.close(next.done === true);
  } while (next.done !== true);
}

/** A slice being filled. */
function createSlice(origin: MessageOrigin) {
  const events: EventBytes[] = [];
  const updates: ProfileUpdate[] = [];
  const dead: DeadRecord[] = [];
  let read = 0;
  let dropped = 0;
  let used = 0;
  let idsAdded = 0;
  return {
    hasRoom: () => read < SLICE_RECORDS && events.length + updates.length < SLICE_EVENTS,
    add: (record: RecordBytes, prepared: PreparedRecord): void => {
      read++;
      if (prepared.kind === "dropped") dropped++;
      else if (prepared.kind === "unusable")
        dead.push(toDeadRecord(record, prepared.problem, origin));
      else {
        used++;
        // One by one: a record may become more of them than a call can have arguments.
        for (const event of prepared.events) events.push(event);
        for (const update of prepared.updates) updates.push(update);
        idsAdded += prepared.idsAdded;
      }
    },
    close: (isLast: boolean): MessageSlice => ({
      events,
      updates,
      tally: { dead, read, dropped, used, produced: events.length, idsAdded },
      isLast,
    }),
  };
}

function unreadableSlice(bytes: Buffer, problem: Problem, origin: MessageOrigin): MessageSlice {
  const record: RecordBytes = {
    bytes,
    start: 0,
    end: bytes.length,
    offset: 0,
    line: 1,
    hasLineBreaks: false,
  };
  const dead = [toDeadRecord(record, problem, origin)];
  const tally = { dead, read: 1, dropped: 0, used: 0, produced: 0, idsAdded: 0 };
  return { events: [], updates: [], tally, isLast: true };
}

/** Everything of a slice that can never be imported, in the order of its lines. */
export function messageDeadRecords(
  tally: RecordTally,
  outcome: SubmissionOutcome,
  origin: MessageOrigin,
): readonly DeadRecord[] {
  const rejected = [...outcome.rejected, ...(outcome.updates?.rejected ?? [])];
  if (rejected.length === 0) return tally.dead;
  // Several events or updates of one record may be rejected for one reason: then it is dead once.
  const dead = new Map(
    rejected.map(({ record, problem }) => [
      JSON.stringify([record.offset, problem.reason, problem.field, problem.error]),
      toDeadRecord(record, problem, origin),
    ]),
  );
  return [...tally.dead, ...dead.values()].sort((a, b) => a.line - b.line);
}

/** What became of a slice of which every event and every update is settled. */
export function messageCounters(tally: RecordTally, outcome: SubmissionOutcome): Counters {
  const { dead, read, dropped, used, produced, idsAdded } = tally;
  return {
    ...ZERO_COUNTERS,
    records: { read, dropped, unusable: dead.length, used },
    events: {
      produced,
      imported: outcome.imported,
      rejected: outcome.rejected.length,
      idsAdded,
    },
    ...outcome.updates?.counts,
  };
}

/** A record of a message is kept whole: nothing else has it. */
function toDeadRecord(record: RecordBytes, problem: Problem, origin: MessageOrigin): DeadRecord {
  const { bytes, start, end } = record;
  const position = origin.positionOf(record);
  return { problem, bytes: bytes.subarray(start, end), line: origin.lineOf(record), position };
}
