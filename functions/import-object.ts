import { firstProgress, type Progress } from "./objects/continuation.ts";
import type { HandleMessage } from "./entry-point.ts";
import { createFinishRun, reportCredentialsError, type FinishRun } from "./objects/finish-run.ts";
import { runImport } from "./objects/import-run.ts";
import { objectOrigin, objectRecordSource } from "./objects/object-origin.ts";
import { openObjectLines } from "./reading/object-lines.ts";
import { parseNotification, type ImportRequest } from "./objects/notification.ts";
import { deliverSlice } from "./objects/slice-delivery.ts";
import type { RunLimits } from "./objects/run-limits.ts";
import { createSkip } from "./objects/skip.ts";
import type { HandlerResponse } from "./platform/push-request.ts";
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

/** A slice may cover so many times the bytes of a batch: the usual one, of which everything is sent, never does. */
const BATCHES_PER_SLICE = 1.5;

/** Makes the handler of the objects topic: one message, one run at one object. */
export function createImportObject(runtime: Runtime): HandleMessage {
  const { settings, log, now } = runtime;
  keepYoungGenerationSmall();
  const skipReason = createSkip(settings.includeObjects, settings.excludeObjects);
  const receipts = createReceipts(runtime.google.storage.bucket(settings.receiptsBucket));
  const conclude = createFinishRun(runtime, receipts);

  return async (message) => {
    const startedAt = now();
    const limits = {
      startedAt,
      startBy:
        startedAt + Math.min(settings.timeBudgetMs, settings.timeoutMs - ABORT_BEFORE_TIMEOUT_MS),
      endBy: startedAt + settings.timeoutMs - ABORT_BEFORE_TIMEOUT_MS,
      concludeBy: startedAt + settings.timeoutMs - CONCLUDE_BEFORE_TIMEOUT_MS,
    };
    const task = parseNotification(message);
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
  task: ImportRequest,
  receipt: string | undefined,
  limits: RunLimits,
  conclude: FinishRun,
): Promise<HandlerResponse> {
  const { settings, now, shutdown } = runtime;
  const { startedAt, startBy, endBy } = limits;
  const progress: Progress = task.progress ?? firstProgress(new Date(startedAt).toISOString());
  const origin = objectOrigin(task.object);
  const times = { startBy: startBy, endBy };

  const lines = openObjectLines(runtime.google, task.object, progress.position, {
    ...times,
    signal: shutdown.signal,
    skipUntil: startedAt + settings.timeBudgetMs / 2,
    now,
  });
  const result = await runImport(progress, lines, {
    source: objectRecordSource(task.object),
    preparer: runtime.preparer,
    newBuilder: runtime.newBuilder,
    maxInFlight: settings.maxInFlight,
    maxSliceBytes: BATCHES_PER_SLICE * settings.batchBytes,
    quarantinePercent: task.isQuarantineOff ? 0 : settings.quarantinePercent,
    deliver: (slice) =>
      deliverSlice(slice, runtime.deliver, { startBy, endBy, signal: shutdown.signal }),
    // Dead letters of events sent just in time are published after it.
    publish: (dead) => runtime.publishDeadLetters(dead, origin, { startBy: endBy, endBy }),
    onCredentialsError: (error) => {
      reportCredentialsError(runtime.log, error);
    },
    stopReason: () => {
      if (shutdown.isStopping()) return "the instance goes away";
      return now() >= startBy ? "the time budget is used up" : runtime.circuitBreaker.reason();
    },
    now,
  });
  return await conclude.run({ task, receipt, progress, lines, result, limits });
}

/** The message is done with. */
export function done(text: string): HandlerResponse {
  return { status: 204, text };
}
