import type { Problem } from "../event/problem.ts";
import type { OutgoingMessage } from "../google/publisher.ts";
import { NDJSON } from "../formats/ndjson/ndjson-format.ts";
import type { ObjectRecords } from "../formats/object-records.ts";
import { carriedFormat, offsetUnitOf } from "../formats/registry.ts";
import { addCounters, type Counters } from "../records/counters.ts";
import { encodeContinuation, type Progress } from "./continuation.ts";
import type { ImportRun } from "./import-run.ts";
import type { ImportRequest } from "./notification.ts";
import { carriedProblems } from "./quarantine.ts";
import type { FirstError, Receipt, ReceiptState } from "./receipt.ts";
import type { RunDeadlines } from "./run-deadlines.ts";

/** A run that has ended. */
export interface RunResult {
  readonly request: ImportRequest;
  /** Generation of the receipt that was there when the run began; undefined: none. */
  readonly receiptGeneration: string | undefined;
  /** Where the run began. */
  readonly progress: Progress;
  readonly records: Pick<ObjectRecords, "size" | "memberAt" | "format" | "columnsLeftOut">;
  readonly run: ImportRun;
  readonly deadlines: RunDeadlines;
}

/** What an object's import came to. */
export interface ObjectOutcome {
  readonly state: ReceiptState;
  readonly counters: Counters;
  readonly firstError: FirstError | null;
  /** What goes to the dead-letter topic for the object as a whole. */
  readonly problem?: Problem;
  /** Bytes of the contents that were read. @default what is settled */
  readonly bytes?: number;
}

/** What all runs together counted. */
export function totals({ progress, run }: RunResult): Omit<ObjectOutcome, "state"> {
  return {
    counters: addCounters(progress.counters, run.watermark.counters),
    firstError: progress.firstError ?? run.watermark.firstError,
  };
}

/** Whether a run has settled anything. */
export function hasProgress({ progress, run }: RunResult): boolean {
  return run.watermark.position.offset > progress.position.offset;
}

/** Where the next run goes on, and what is counted up to there. */
export function nextProgress(result: RunResult): Progress {
  const { offset, line, json } = result.run.watermark.position;
  const { size } = result.request;
  const format = result.records.format();
  return {
    ...totals(result),
    problems: carriedProblems(result.run.problems),
    position: {
      offset,
      line,
      member: result.records.memberAt(offset),
      ...(json !== undefined && { json }),
    },
    run: result.progress.run + 1,
    startedAt: result.progress.startedAt,
    ...(size !== undefined && { size }),
    ...(format !== undefined && format.name !== NDJSON.name && { format: carriedFormat(format) }),
  };
}

/** The message that sets off the next run. */
export function toContinuation(request: ImportRequest, progress: Progress): OutgoingMessage {
  const { importId } = request;
  const attributes = {
    ...request.attributes,
    eventType: "IMPORT_CONTINUE",
    ...(importId !== undefined && { importId }),
  };
  return { data: encodeContinuation(progress, importId), attributes };
}

/** Places in rows say nothing of bytes: then it is all that is stored. */
function bytesRead({ records, run }: RunResult, outcome: ObjectOutcome): number {
  if (offsetUnitOf(records.format()) === "rows") return records.size();
  return outcome.bytes ?? run.watermark.position.offset;
}

/** The receipt of an object. `finishedAt`: milliseconds since the epoch. */
export function toReceipt(
  result: RunResult,
  outcome: ObjectOutcome,
  code: string,
  finishedAt: number,
): Receipt {
  const { records, events, profiles, groups, requests, retries } = outcome.counters;
  return {
    version: 1,
    ...result.request.object,
    size: result.records.size(),
    state: outcome.state,
    records,
    events,
    profiles,
    groups,
    bytes: bytesRead(result, outcome),
    requests,
    retries,
    runs: result.progress.run,
    code,
    firstError: outcome.firstError,
    startedAt: result.progress.startedAt,
    finishedAt: new Date(finishedAt).toISOString(),
  };
}
