import { assertBalanced } from "../records/counters.ts";
import { CredentialsError } from "../platform/errors.ts";
import type { PublishLimits } from "../google/publisher.ts";
import { translateStorageError } from "../google/storage-error.ts";
import type { RunLimits } from "./run-limits.ts";
import type { Log } from "../platform/log.ts";
import type { HandlerResponse, PushedMessage } from "../platform/push-request.ts";
import type { Receipt, Receipts } from "./receipt.ts";
import type { ObjectGeneration } from "../reading/object-generation.ts";
import type { Problem } from "../event/problem.ts";
import type { Runtime } from "../runtime.ts";
import {
  hasProgress,
  nextProgress,
  toContinuation,
  toReceipt,
  totals,
  type RunResult,
  type ObjectOutcome,
} from "./run-result.ts";
import { objectOrigin } from "./object-origin.ts";
import type { ImportRequest } from "./notification.ts";
import { isRetryable } from "./slice-pipeline.ts";

/** What follows when a run has ended: a receipt, a continuation, or a redelivery. */
export interface FinishRun {
  run(ended: RunResult): Promise<HandlerResponse>;
  /** A message that asks for something we cannot understand. */
  unreadable(
    message: PushedMessage,
    object: ObjectGeneration,
    limits: RunLimits,
  ): Promise<HandlerResponse>;
}

export function createFinishRun(runtime: Runtime, receipts: Receipts): FinishRun {
  const { log, now, settings } = runtime;

  const publishProblem = async (
    problem: Problem,
    object: ObjectGeneration,
    limits: RunLimits,
  ): Promise<void> => {
    const dead = { problem, bytes: Buffer.alloc(0), line: 0 };
    const origin = { ...objectOrigin(object), hasLines: false };
    await runtime.publishDeadLetters([dead], origin, publishLimits(limits));
  };

  const finish = async (ended: RunResult, ending: ObjectOutcome): Promise<HandlerResponse> => {
    assertBalanced(ending.counters);
    const { task, limits } = ended;
    if (ending.problem !== undefined) await publishProblem(ending.problem, task.object, limits);
    const receipt = toReceipt(ended, ending, runtime.code, now());
    const isOurs = await receipts.write(receipt, ended.receipt ?? "0");
    if (!isOurs) return { status: 204, text: "somebody else was faster" };
    logComplete(runtime, receipt, now() - limits.startedAt);
    return { status: 204, text: receipt.state };
  };

  /**
   * Whether somebody else has finished meanwhile. When it cannot be found out the response is no: a continuation too many
   * costs requests, one too few costs all that this run has done.
   */
  const isImported = async ({ importId, object }: ImportRequest): Promise<boolean> => {
    if (importId !== undefined) return false;
    try {
      return (await receipts.find(object)) !== undefined;
    } catch (error) {
      if (isRetryable(error)) return false;
      throw error;
    }
  };

  const handOver = async (ended: RunResult, reason: string): Promise<HandlerResponse> => {
    const { task, result, progress, limits } = ended;
    if (!hasProgress(ended)) {
      log("WARNING", "Import postponed", { ...task.object, reason });
      return { status: 503, text: reason };
    }
    if (await isImported(task)) return { status: 204, text: "imported already" };
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

  const gone = async (ended: RunResult): Promise<HandlerResponse> => {
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

  const conclude = async (ended: RunResult): Promise<HandlerResponse> => {
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
        if (!isRetryable(error) || ended.result.end.kind === "stopped") throw error;
        if (error instanceof CredentialsError) reportCredentialsError(log, error);
        return await handOver(ended, error.message);
      }
    },
    unreadable: async (
      { data, attributes, messageId, publishTime, subscription },
      object,
      limits,
    ) => {
      const problem: Problem = { reason: "malformed", field: "", error: "not a notification" };
      const origin = {
        ...objectOrigin(object),
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

/** What wakes somebody up: nothing goes on before a person has acted. */
export function reportCredentialsError(log: Log, error: CredentialsError): void {
  log("CRITICAL", "Google refused the credentials", { error: error.message });
}

function publishLimits({ concludeBy }: RunLimits): PublishLimits {
  return { startBy: concludeBy, endBy: concludeBy };
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

function skipEmpty({ log }: Runtime, object: ObjectGeneration): HandlerResponse {
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
