import { firstProgress, type Progress } from "./objects/continuation.ts";
import type { HandleMessage } from "./entry-point.ts";
import {
  createConclusion,
  reportRefusedCredentials,
  type Conclusion,
} from "./objects/conclusion.ts";
import { runImport } from "./objects/import-run.ts";
import { originOf, sourceOf } from "./objects/object-origin.ts";
import { openObjectLines } from "./reading/object-lines.ts";
import { parseObjectTask, type ImportTask } from "./objects/object-task.ts";
import { deliverSegment } from "./objects/segment-delivery.ts";
import type { RunLimits } from "./objects/run-limits.ts";
import { createSkip } from "./objects/skip.ts";
import type { HandlerAnswer } from "./platform/push-request.ts";
import { createReceipts } from "./objects/receipt.ts";
import type { Runtime } from "./runtime.ts";
import { keepYoungGenerationSmall } from "./platform/young-generation.ts";

/**
 * The platform answers 504 at the function's timeout, but lets the instance run on beside the redelivery: everything
 * has to be over before.
 */
const ABORT_BEFORE_TIMEOUT_MS = 15_000;

/** When requests took all the time there was, the rest is for the continuation: without it the run was for nothing. */
const CONCLUDE_BEFORE_TIMEOUT_MS = 5_000;

/** A segment may cover so many times the bytes of a batch: the usual one, of which everything is sent, never does. */
const BATCHES_OF_SEGMENT = 1.5;

/** Makes the handler of the objects topic: one message, one run at one object. */
export function createImportObject(runtime: Runtime): HandleMessage {
  const { settings, log, now } = runtime;
  keepYoungGenerationSmall();
  const skipReason = createSkip(settings.includeObjects, settings.excludeObjects);
  const receipts = createReceipts(runtime.google.storage.bucket(settings.receiptsBucket));
  const conclude = createConclusion(runtime, receipts);

  return async (message) => {
    const startedAt = now();
    const limits = {
      startedAt,
      stopAt:
        startedAt + Math.min(settings.timeBudgetMs, settings.timeoutMs - ABORT_BEFORE_TIMEOUT_MS),
      abortAt: startedAt + settings.timeoutMs - ABORT_BEFORE_TIMEOUT_MS,
      concludeBy: startedAt + settings.timeoutMs - CONCLUDE_BEFORE_TIMEOUT_MS,
    };
    const task = parseObjectTask(message);
    if (task.kind === "ignored") return done(`${task.eventType || "no event type"} is not for us`);
    if (task.kind === "unreadable") return await conclude.unreadable(message, task.object, limits);

    const reason = skipReason(task.object.object, task.size);
    if (reason !== undefined) {
      log("INFO", "Object skipped", { ...task.object, reason });
      return done(`skipped: ${reason}`);
    }
    const receipt = await receipts.find(task.object);
    if (receipt !== undefined && task.importId === undefined) return done("imported already");
    return await run(runtime, task, receipt, limits, conclude);
  };
}

/** One run, and what follows from how it ended. */
async function run(
  runtime: Runtime,
  task: ImportTask,
  receipt: string | undefined,
  limits: RunLimits,
  conclude: Conclusion,
): Promise<HandlerAnswer> {
  const { settings, now, shutdown } = runtime;
  const { startedAt, stopAt, abortAt } = limits;
  const progress: Progress = task.progress ?? firstProgress(new Date(startedAt).toISOString());
  const origin = originOf(task.object);
  const times = { retryUntil: stopAt, abortAt };

  const lines = openObjectLines(runtime.google, task.object, progress.position, {
    ...times,
    signal: shutdown.signal,
    skipUntil: startedAt + settings.timeBudgetMs / 2,
    now,
  });
  const result = await runImport(progress, lines, {
    source: sourceOf(task.object),
    prepare: runtime.prepare,
    newBuilder: runtime.newBuilder,
    maxInFlight: settings.maxInFlight,
    maxSegmentBytes: BATCHES_OF_SEGMENT * settings.batchBytes,
    quarantinePercent: task.isQuarantineOff ? 0 : settings.quarantinePercent,
    deliver: (segment) =>
      deliverSegment(segment, runtime.deliver, { stopAt, abortAt, signal: shutdown.signal }),
    // Dead letters of events sent just in time are published after it.
    publish: (dead) => runtime.publishDeadLetters(dead, origin, { retryUntil: abortAt, abortAt }),
    onRefusedCredentials: (error) => {
      reportRefusedCredentials(runtime.log, error);
    },
    stopReason: () => {
      if (shutdown.isStopping()) return "the instance goes away";
      return now() >= stopAt ? "the time budget is used up" : runtime.breaker.reason();
    },
    now,
  });
  return await conclude.run({ task, receipt, progress, lines, result, limits });
}

/** The message is done with. */
export function done(text: string): HandlerAnswer {
  return { status: 204, text };
}
