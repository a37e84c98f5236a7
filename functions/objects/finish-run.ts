import type { Problem } from "../event/problem.ts";
import type { Publish } from "../google/publisher.ts";
import type { Clock } from "../platform/clock.ts";
import { CredentialsError, isRetryable } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { HandlerResponse } from "../platform/push-request.ts";
import type { LookUpGeneration } from "../reading/generation-lookup.ts";
import { assertBalanced, hasSentUpdates } from "../records/counters.ts";
import type { PublishDeadLetters } from "../records/dead-letter.ts";
import { objectOrigin } from "./object-origin.ts";
import type { Receipts } from "./receipt.ts";
import { logComplete, logContinues, logSkipped, reportCredentialsError } from "./run-log.ts";
import {
  hasProgress,
  nextProgress,
  toContinuation,
  toReceipt,
  totals,
  type ObjectOutcome,
  type RunResult,
} from "./run-result.ts";

export interface FinishRunOptions extends Clock {
  readonly receipts: Receipts;
  readonly publish: Publish;
  readonly publishDeadLetters: PublishDeadLetters;
  /**
   * Looks up what became of a generation that cannot be read; `createGenerationLookup` in reading/.
   */
  readonly lookUpGeneration: LookUpGeneration;
  /** Whether updates that are all sent once more, in their order, leave profiles as they are. */
  readonly mayRepeatUpdates: boolean;
  /** `projects/P/topics/T`, where continuations go. */
  readonly objectsTopic: string;
  /** Hash of the deployed archive. */
  readonly code: string;
  readonly log: Log;
}

/**
 * What follows when a run has ended: a receipt, a continuation, or a redelivery.
 *
 * @throws CountMismatchError, and whatever is a bug of ours; UnavailableError and CredentialsError
 *   when not even the continuation can be published: then the message is redelivered
 */
export type FinishRun = (result: RunResult) => Promise<HandlerResponse>;

export function createFinishRun(options: FinishRunOptions): FinishRun {
  return async (result) => {
    try {
      return await finishRun(result, options);
    } catch (error) {
      if (!isRetryable(error) || result.run.end.kind === "stopped") throw error;
      // What is imported needs not be imported again because its receipt could not be written.
      if (error instanceof CredentialsError) reportCredentialsError(options.log, error);
      return await handOver(result, error.message, options);
    }
  };
}

/** The table of ends: what each kind of end comes to. */
async function finishRun(result: RunResult, options: FinishRunOptions): Promise<HandlerResponse> {
  const { end } = result.run;
  switch (end.kind) {
    case "complete":
      if (result.records.size() === 0) return skipEmpty(result, options);
      return await writeReceipt(result, { ...totals(result), state: "complete" }, options);
    case "truncated":
    case "unreadable":
      return await writeReceipt(
        result,
        { ...totals(result), state: end.kind, problem: end.problem },
        options,
      );
    case "quarantined":
      return await writeReceipt(result, { ...end, state: "quarantined" }, options);
    case "gone":
      return await finishGone(result, options);
    case "stopped":
      return await handOver(result, end.reason, options);
  }
}

const DELETED: Problem = {
  reason: "unreadable",
  field: "",
  error: "the object was deleted before it was imported: upload it again",
};

/** The generation cannot be read: whether it is gone, and why, is for the metadata to say. */
async function finishGone(result: RunResult, options: FinishRunOptions): Promise<HandlerResponse> {
  const { object } = result.request;
  switch (await options.lookUpGeneration(object, result.deadlines.receipt)) {
    case "superseded":
      return await writeReceipt(result, { ...totals(result), state: "superseded" }, options);
    case "deleted":
      return await writeReceipt(
        result,
        { ...totals(result), state: "deleted", problem: DELETED },
        options,
      );
    case "present":
      return await handOver(result, "the object is there, but reading it is not", options);
  }
}

/** The object is done with: dead letter, receipt, log line, in this order. */
async function writeReceipt(
  result: RunResult,
  outcome: ObjectOutcome,
  options: FinishRunOptions,
): Promise<HandlerResponse> {
  assertBalanced(outcome.counters);
  const { request, deadlines } = result;
  if (outcome.problem !== undefined) {
    const dead = { problem: outcome.problem, bytes: Buffer.alloc(0), line: 0 };
    const origin = { ...objectOrigin(request.object, request.replays), hasLines: false };
    await options.publishDeadLetters([dead], origin, deadlines.receipt);
  }
  const receipt = toReceipt(result, outcome, options.code, options.wallNow());
  const replaced = result.receiptGeneration ?? "0";
  if (!(await options.receipts.write(receipt, replaced, deadlines.receipt)))
    return { status: 204, text: "already imported by another delivery" };
  const runMs = options.now() - deadlines.startedAt;
  logComplete(options.log, receipt, runMs, result.records.columnsLeftOut?.() ?? []);
  return { status: 204, text: receipt.state };
}

/** The rest is for the next run; without progress, for the redelivery of this message. */
async function handOver(
  result: RunResult,
  reason: string,
  options: FinishRunOptions,
): Promise<HandlerResponse> {
  const { request, deadlines } = result;
  if (!hasProgress(result)) {
    options.log("WARNING", "Import postponed", { ...request.object, reason });
    return { status: 503, text: reason };
  }
  if (await isImportedMeanwhile(result, options))
    return { status: 204, text: "already imported by another delivery" };
  const next = nextProgress(result);
  assertBalanced(next.counters);
  const continuation = toContinuation(request, next);
  await options.publish(options.objectsTopic, [continuation], deadlines.finish);
  logContinues(options.log, result, next, reason, options.now() - deadlines.startedAt);
  return { status: 204, text: "continued" };
}

/**
 * Whether another delivery has finished meanwhile, and nothing is left to do. When it cannot be
 * found out it is taken for a no: a continuation too many costs requests, one too few costs all
 * that this run has done.
 */
async function isImportedMeanwhile(
  result: RunResult,
  { receipts, mayRepeatUpdates }: FinishRunOptions,
): Promise<boolean> {
  const { request, deadlines } = result;
  if (request.importId !== undefined) return false;
  if (mayRepeatUpdates && hasSentUpdates(totals(result).counters)) return false;
  try {
    const generation = await receipts.findGeneration(request.object, deadlines.receipt);
    return generation !== undefined;
  } catch (error) {
    if (isRetryable(error)) return false;
    throw error;
  }
}

function skipEmpty({ request }: RunResult, { log }: FinishRunOptions): HandlerResponse {
  logSkipped(log, request.object, "empty");
  return { status: 204, text: "skipped: empty" };
}
