import type { RecordBytes } from "../event/record.ts";
import { DID_NOT_RETURN } from "../event/transform-errors.ts";
import type { PreparedRecord, RecordGroup, RecordPreparer } from "./prepare-record.ts";
import { doWithinLimit } from "./time-limit.ts";

/** Records in their order, and who takes what they become. */
export interface RecordSequence {
  /** Undefined when there is none left. */
  next(): RecordBytes | undefined;
  /** False = stop. */
  take(record: RecordBytes, prepared: PreparedRecord): boolean;
}

const ENDLESS: PreparedRecord = {
  kind: "unusable",
  problem: { reason: "transform-failed", field: "", error: DID_NOT_RETURN },
};

/** Prepares one record after the other, for as long as a transform wants. */
export function prepareRecords(
  preparer: RecordPreparer,
  group: RecordGroup,
  sequence: RecordSequence,
): void {
  for (let next = sequence.next(); next !== undefined; next = sequence.next()) {
    if (!sequence.take(next, preparer.prepare(next, group))) return;
  }
}

/**
 * The same, but a record whose transform does not return within five seconds is unusable, and the
 * others go on.
 *
 * @throws Error when something else than a transform took that long: then nothing is known
 */
export function prepareRecordsWithinLimit(
  preparer: RecordPreparer,
  group: RecordGroup,
  sequence: RecordSequence,
): void {
  let inWork: RecordBytes | undefined;
  doWithinLimit({
    next: () => {
      const record = sequence.next();
      if (record === undefined) return false;
      inWork = record;
      const prepared = preparer.prepare(record, group);
      inWork = undefined;
      return sequence.take(record, prepared);
    },
    giveUp: () => {
      if (inWork === undefined) throw new Error("Records were interrupted outside of a transform.");
      const record = inWork;
      inWork = undefined;
      preparer.interrupted?.();
      return sequence.take(record, ENDLESS);
    },
  });
}
