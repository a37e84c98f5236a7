import { encodeContinuation, type Progress } from "../continuation.ts";
import { add, assertBalanced, type Counters } from "../counters.ts";
import type { PublishLimits } from "../google/publisher.ts";
import { translateStorageError } from "../google/storage-error.ts";
import type { RunLimits } from "../import-object.ts";
import type { HandlerAnswer, PushedMessage } from "../push-request.ts";
import type { FirstError, ObjectGeneration, Receipt, Receipts, ReceiptState } from "../receipt.ts";
import type { Problem } from "../records/problem.ts";
import type { Runtime } from "../runtime.ts";
import type { ImportRun } from "./import-run.ts";
import type { ObjectLines } from "./object-lines.ts";
import { originOf } from "./object-origin.ts";
import type { ImportTask } from "./object-task.ts";
import { isTrouble } from "./segment-pipeline.ts";

/** A run that has ended. */
export interface EndedRun {
  readonly task: ImportTask;
  /** Generation of the receipt that was there when the run began. */
  readonly receipt: string | undefined;
  /** Where the run began. */
  readonly progress: Progress;
  readonly lines: Pick<ObjectLines, "size" | "memberAt">;
  readonly result: ImportRun;
  readonly limits: RunLimits;
}

/** What follows when a run has ended: a receipt, a continuation, or a redelivery. */
export interface Conclusion {
  run(ended: EndedRun): Promise<HandlerAnswer>;
  /** A message that asks for something we cannot understand. */
  unreadable(
    message: PushedMessage,
    object: ObjectGeneration,
    limits: RunLimits,
  ): Promise<HandlerAnswer>;
}

/** What an object's import came to. */
interface Ending {
  readonly state: ReceiptState;
  readonly counters: Counters;
  readonly firstError: FirstError | null;
  /** What goes to the dead-letter topic for the object as a whole. */
  readonly problem?: Problem;
}

export function createConclusion(runtime: Runtime, receipts: Receipts): Conclusion {
  const { log, now, settings } = runtime;

  const publishProblem = async (
    problem: Problem,
    object: ObjectGeneration,
    limits: RunLimits,
  ): Promise<void> => {
    const dead = { problem, bytes: Buffer.alloc(0), line: 0 };
    const origin = { ...originOf(object), hasLines: false };
    await runtime.publishDeadLetters([dead], origin, publishLimits(limits));
  };

  const finish = async (ended: EndedRun, ending: Ending): Promise<HandlerAnswer> => {
    assertBalanced(ending.counters);
    const { task, limits } = ended;
    if (ending.problem !== undefined) await publishProblem(ending.problem, task.object, limits);
    const receipt = toReceipt(ended, ending, runtime.code, now());
    const isOurs = await receipts.write(receipt, ended.receipt ?? "0");
    if (!isOurs) return { status: 204, text: "somebody else was faster" };
    logComplete(runtime, receipt, now() - limits.startedAt);
    return { status: 204, text: receipt.state };
  };

  const handOver = async (ended: EndedRun, reason: string): Promise<HandlerAnswer> => {
    const { task, result, progress, limits } = ended;
    if (!hasProgress(ended)) {
      log("WARNING", "Import postponed", { ...task.object, reason });
      return { status: 503, text: reason };
    }
    if (task.importId === undefined && (await receipts.find(task.object)) !== undefined)
      return { status: 204, text: "imported already" };
    const next = nextProgress(ended);
    assertBalanced(next.counters);
    await runtime.publish(
      settings.objectsTopic,
      [toContinuation(task, next)],
      publishLimits(limits),
    );
    const seconds = (now() - limits.startedAt) / 1000;
    const { records, events } = next.counters;
    log("INFO", "Import continues", {
      ...task.object,
      reason,
      run: progress.run,
      offset: result.settled.place.offset,
      records,
      events,
      seconds,
    });
    return { status: 204, text: "continued" };
  };

  const gone = async (ended: EndedRun): Promise<HandlerAnswer> => {
    const { bucket, object } = ended.task.object;
    const isReplaced = await existsNow(runtime, bucket, object);
    const problem: Problem = {
      reason: "unreadable",
      field: "",
      error: "the object was deleted before it was imported: upload it again",
    };
    return await finish(ended, {
      ...totals(ended),
      state: isReplaced ? "superseded" : "deleted",
      ...(!isReplaced && { problem }),
    });
  };

  const conclude = async (ended: EndedRun): Promise<HandlerAnswer> => {
    const { end } = ended.result;
    switch (end.kind) {
      case "complete":
        if (ended.lines.size() === 0) return skipEmpty(runtime, ended.task.object);
        return await finish(ended, { ...totals(ended), state: "complete" });
      case "truncated":
        return await finish(ended, { ...totals(ended), state: "truncated", problem: end.problem });
      case "quarantined":
        return await finish(ended, { ...end, state: "quarantined" });
      case "gone":
        return await gone(ended);
      case "stopped":
        return await handOver(ended, end.reason);
    }
  };

  return {
    run: async (ended) => {
      try {
        return await conclude(ended);
      } catch (error) {
        // What is imported needs not be imported again because its receipt could not be written.
        if (isTrouble(error) && ended.result.end.kind !== "stopped")
          return await handOver(ended, error.message);
        throw error;
      }
    },
    unreadable: async (
      { data, attributes, messageId, publishTime, subscription },
      object,
      limits,
    ) => {
      const problem: Problem = { reason: "malformed", field: "", error: "not a notification" };
      const origin = {
        ...originOf(object),
        source: subscription,
        attributes: { messageId, publishTime },
        original: attributes,
        hasLines: false,
      };
      await runtime.publishDeadLetters(
        [{ problem, bytes: data, line: 0 }],
        origin,
        publishLimits(limits),
      );
      return { status: 204, text: "not a notification" };
    },
  };
}

function publishLimits({ abortAt }: RunLimits): PublishLimits {
  return { retryUntil: abortAt, abortAt };
}

/** What all runs together counted. */
function totals({ progress, result }: EndedRun): Omit<Ending, "state"> {
  return {
    counters: add(progress.counters, result.settled.counters),
    firstError: progress.firstError ?? result.settled.firstError,
  };
}

function hasProgress({ progress, result }: EndedRun): boolean {
  return result.settled.place.offset > progress.position.offset;
}

function nextProgress(ended: EndedRun): Progress {
  const { offset, line } = ended.result.settled.place;
  return {
    ...totals(ended),
    position: { offset, line, member: ended.lines.memberAt(offset) },
    run: ended.progress.run + 1,
    startedAt: ended.progress.startedAt,
  };
}

function toContinuation(task: ImportTask, progress: Progress) {
  const attributes = { ...task.attributes, eventType: "IMPORT_CONTINUE" };
  return { data: encodeContinuation(progress, task.importId), attributes };
}

function toReceipt(ended: EndedRun, ending: Ending, code: string, finishedAt: number): Receipt {
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

/** The one line that tells what became of an object. */
function logComplete({ log }: Runtime, receipt: Receipt, runMs: number): void {
  const { version, firstError, ...rest } = receipt;
  const success = receipt.state === "complete" && firstError === null;
  const isExpected = success || receipt.state === "superseded";
  log(isExpected ? "INFO" : "WARNING", "Import complete", {
    success,
    first_error: firstError,
    ...rest,
    seconds: (Date.parse(receipt.finishedAt) - Date.parse(receipt.startedAt)) / 1000,
    runSeconds: runMs / 1000,
  });
}

function skipEmpty({ log }: Runtime, object: ObjectGeneration): HandlerAnswer {
  log("INFO", "Object skipped", { ...object, reason: "empty" });
  return { status: 204, text: "skipped: empty" };
}

/** Whether there is a newer generation of an object. */
async function existsNow({ google }: Runtime, bucket: string, object: string): Promise<boolean> {
  try {
    const [exists] = await google.storage.bucket(bucket).file(object).exists();
    return exists;
  } catch (error) {
    throw translateStorageError("looking for a newer generation", error);
  }
}
