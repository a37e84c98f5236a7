import { ZERO_COUNTERS, type Counters } from "../records/counters.ts";
import type { DeadRecord } from "../records/dead-letter.ts";
import type { RecordPreparer } from "../records/prepare-record.ts";
import type { Problem } from "../event/problem.ts";
import type { EventBytes, RecordBytes } from "../event/record.ts";
import type { MessageOrigin } from "./message-origin.ts";
import { recordsOf } from "./message-records.ts";
import type { SubmissionOutcome } from "./submission.ts";

/** A message's records, checked. */
export interface PreparedMessage {
  readonly events: readonly EventBytes[];
  /** What the checks or the transform made of the others. */
  readonly settled: RecordTally;
}

/** The records of which no event is sent, and how many there are of the others. */
export interface RecordTally {
  readonly dead: readonly DeadRecord[];
  readonly read: number;
  readonly dropped: number;
  readonly used: number;
  readonly produced: number;
  readonly idsAdded: number;
}

/** Reads and checks the records of a message's data. */
export function prepareMessage(
  data: Buffer,
  origin: MessageOrigin,
  preparer: RecordPreparer,
  nowMs: number,
): PreparedMessage {
  const events: EventBytes[] = [];
  const dead: DeadRecord[] = [];
  let dropped = 0;
  let used = 0;
  let idsAdded = 0;
  const records = recordsOf(data);
  const group = { source: origin.records, nowMs, isKnownUtf8: false };
  for (const record of records) {
    const prepared = preparer.prepare(record, group);
    if (prepared.kind === "dropped") dropped++;
    else if (prepared.kind === "unusable") dead.push(deadRecord(record, prepared.problem, origin));
    else {
      used++;
      // One by one: a record may become more events than a call can have arguments.
      for (const event of prepared.events) events.push(event);
      idsAdded += prepared.idsAdded;
    }
  }
  const { length: read } = records;
  return { events, settled: { dead, read, dropped, used, produced: events.length, idsAdded } };
}

/** Everything of a message that can never be imported, in the order of its lines. */
export function messageDeadRecords(
  settled: RecordTally,
  { rejected }: SubmissionOutcome,
  origin: MessageOrigin,
): readonly DeadRecord[] {
  if (rejected.length === 0) return settled.dead;
  // Several events of one record may be rejected for one reason: then it is dead once.
  const dead = new Map(
    rejected.map(({ record, problem }) => [
      JSON.stringify([record.offset, problem.reason, problem.field, problem.error]),
      deadRecord(record, problem, origin),
    ]),
  );
  return [...settled.dead, ...dead.values()].sort((a, b) => a.line - b.line);
}

/** What became of a message of which every event is settled. */
export function messageCounters(settled: RecordTally, outcome: SubmissionOutcome): Counters {
  const { dead, read, dropped, used, produced, idsAdded } = settled;
  return {
    ...ZERO_COUNTERS,
    records: { read, dropped, unusable: dead.length, used },
    events: {
      produced,
      imported: outcome.imported,
      rejected: outcome.rejected.length,
      idsAdded,
    },
  };
}

/** A record of a message is kept whole: nothing else has it. */
function deadRecord(record: RecordBytes, problem: Problem, origin: MessageOrigin): DeadRecord {
  const { bytes, start, end } = record;
  return { problem, bytes: bytes.subarray(start, end), line: origin.lineOf(record) };
}
