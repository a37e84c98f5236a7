import { encodeContinuation, type Progress } from "./continuation.ts";
import { addCounters, type Counters } from "../records/counters.ts";
import type { OutgoingMessage } from "../google/publisher.ts";
import type { RunLimits } from "./run-limits.ts";
import type { FirstError, Receipt, ReceiptState } from "./receipt.ts";
import type { Problem } from "../event/problem.ts";
import type { ImportRun } from "./import-run.ts";
import type { ObjectLines } from "../reading/object-lines.ts";
import type { ImportRequest } from "./notification.ts";

/** A run that has ended. */
export interface RunResult {
  readonly task: ImportRequest;
  /** Generation of the receipt that was there when the run began. */
  readonly receipt: string | undefined;
  /** Where the run began. */
  readonly progress: Progress;
  readonly lines: Pick<ObjectLines, "size" | "memberAt">;
  readonly result: ImportRun;
  readonly limits: RunLimits;
}

/** What an object's import came to. */
export interface ObjectOutcome {
  readonly state: ReceiptState;
  readonly counters: Counters;
  readonly firstError: FirstError | null;
  /** What goes to the dead-letter topic for the object as a whole. */
  readonly problem?: Problem;
}

/** What all runs together counted. */
export function totals({ progress, result }: RunResult): Omit<ObjectOutcome, "state"> {
  return {
    counters: addCounters(progress.counters, result.settled.counters),
    firstError: progress.firstError ?? result.settled.firstError,
  };
}

/** Whether a run has settled anything. */
export function hasProgress({ progress, result }: RunResult): boolean {
  return result.settled.place.offset > progress.position.offset;
}

/** Where the next run goes on, and what is counted up to there. */
export function nextProgress(ended: RunResult): Progress {
  const { offset, line } = ended.result.settled.place;
  return {
    ...totals(ended),
    position: { offset, line, member: ended.lines.memberAt(offset) },
    run: ended.progress.run + 1,
    startedAt: ended.progress.startedAt,
  };
}

/** The message that sets off the next run. */
export function toContinuation(task: ImportRequest, progress: Progress): OutgoingMessage {
  const { importId } = task;
  const attributes = {
    ...task.attributes,
    eventType: "IMPORT_CONTINUE",
    ...(importId !== undefined && { importId }),
  };
  return { data: encodeContinuation(progress, task.importId), attributes };
}

/** The receipt of an object. `finishedAt`: milliseconds since the epoch. */
export function toReceipt(
  ended: RunResult,
  ending: ObjectOutcome,
  code: string,
  finishedAt: number,
): Receipt {
  const { records, events, requests, retries } = ending.counters;
  return {
    version: 1,
    ...ended.task.object,
    size: ended.lines.size(),
    state: ending.state,
    records,
    events,
    bytes: ended.result.settled.place.offset,
    requests,
    retries,
    runs: ended.progress.run,
    code,
    firstError: ending.firstError,
    startedAt: ended.progress.startedAt,
    finishedAt: new Date(finishedAt).toISOString(),
  };
}
