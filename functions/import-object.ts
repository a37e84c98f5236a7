import type { HandleMessage } from "./entry-point.ts";
import { ACCUMULATING_OPERATORS } from "./event/profile-update.ts";
import { firstProgress } from "./objects/continuation.ts";
import { createFinishRun } from "./objects/finish-run.ts";
import { runImport } from "./objects/import-run.ts";
import {
  parseNotification,
  type ImportRequest,
  type UnreadableNotification,
} from "./objects/notification.ts";
import { objectOrigin, objectRecordSource } from "./objects/object-origin.ts";
import { createReceipts } from "./objects/receipt.ts";
import type { DeliverUpdates } from "./mixpanel/profiles/deliver-updates.ts";
import { runDeadlines, type RunDeadlines } from "./objects/run-deadlines.ts";
import { logSkipped, reportCredentialsError } from "./objects/run-log.ts";
import { createRunUpdates } from "./objects/run-updates.ts";
import type { RunResult } from "./objects/run-result.ts";
import { createSkip } from "./objects/skip.ts";
import { deliverSlice } from "./objects/slice-delivery.ts";
import { mayStart, untilEnd } from "./platform/deadline.ts";
import type { HandlerResponse, PushedMessage } from "./platform/push-request.ts";
import { keepYoungGenerationSmall } from "./platform/young-generation.ts";
import { createGenerationLookup } from "./reading/generation-lookup.ts";
import { createFormatLookup } from "./formats/configured-formats.ts";
import { openObjectRecords, type ReadOptions } from "./formats/object-records.ts";
import { hasSentUpdates } from "./records/counters.ts";
import { watchPreparer } from "./records/transform-watch.ts";
import type { Runtime } from "./runtime.ts";

/**
 * A slice may cover so many times the bytes of a batch: the usual one, of which all is sent, never
 * does.
 */
const BATCHES_PER_SLICE = 1.5;

/** Makes the handler of the objects topic: one message, one run at one object. */
export function createImportObject(runtime: Runtime): HandleMessage {
  const { settings, log, now, google } = runtime;
  // Without a transform there is nothing that might not return.
  const preparer = runtime.preparer.usesScan ? runtime.preparer : watchPreparer(runtime.preparer);
  // What becomes of updates is in the receipt: there is no line for each request.
  const deliverUpdates = runtime.connectProfiles(() => undefined);
  keepYoungGenerationSmall();
  const skipReason = createSkip(settings.includeObjects, settings.excludeObjects);
  const formatOf = createFormatLookup(settings.formats);
  const receipts = createReceipts(google, settings.receiptsBucket);
  const mayRepeatUpdates = !settings.profileOperators.some((one) =>
    ACCUMULATING_OPERATORS.has(one),
  );
  const finishRun = createFinishRun({
    ...runtime,
    receipts,
    lookUpGeneration: createGenerationLookup(google),
    mayRepeatUpdates,
    objectsTopic: settings.objectsTopic,
  });

  return async (message) => {
    const deadlines = runDeadlines(settings, now(), runtime.shutdown.signal);
    const request = parseNotification(message);
    if (request.kind === "ignored")
      return done(`${request.eventType || "no event type"} is not for us`);
    if (request.kind === "unreadable")
      return await deadLetterNotification(message, request, runtime, deadlines);

    const reason = skipReason(request.object.object, request.size);
    if (reason !== undefined) {
      logSkipped(log, request.object, reason);
      return done(`skipped: ${reason}`);
    }
    const found = await receipts.findGeneration(request.object, deadlines.work);
    const isAgain = request.importId !== undefined;
    if (found !== undefined && !isAgain && !(mayRepeatUpdates && continuesUpdates(request)))
      return done("already imported");
    const hints = {
      contentType: request.contentType,
      configured: formatOf(request.object.object),
    };
    const connected = { ...runtime, preparer, hints, deliverUpdates };
    const ended = await run(connected, request, deadlines);
    // Whoever only goes on replaces no receipt.
    return await finishRun({ ...ended, receiptGeneration: isAgain ? found : undefined });
  };
}

/** Whether earlier runs have sent updates: what is behind them has to be sent once more, too. */
function continuesUpdates({ progress }: ImportRequest): boolean {
  return progress !== undefined && hasSentUpdates(progress.counters);
}

/** The parts of an instance, and what is known of one object. */
interface ConnectedRuntime extends Runtime {
  readonly hints: ReadOptions["hints"];
  readonly deliverUpdates: DeliverUpdates;
}

/** One run at the object of `request`. */
async function run(
  runtime: ConnectedRuntime,
  request: ImportRequest,
  deadlines: RunDeadlines,
): Promise<Omit<RunResult, "receiptGeneration">> {
  const { settings, now, wallNow, shutdown, preparer } = runtime;
  const { work } = deadlines;
  const { object, deliveryAttempt } = request;
  const progress = request.progress ?? firstProgress(new Date(wallNow()).toISOString());
  const records = openObjectRecords(runtime.google, object, progress.position, {
    deadline: work,
    size: request.size,
    format: progress.format,
    hints: runtime.hints,
    budgetMs: work.startBy - deadlines.startedAt,
    now,
  });
  const senders = {
    deliver: runtime.deliver,
    deliverUpdates: createRunUpdates(runtime.deliverUpdates),
  };
  const importRun = await runImport(progress, records, {
    source: objectRecordSource(object),
    preparer,
    isTransformLimited: !preparer.usesScan && deliveryAttempt > 1,
    newBuilder: runtime.newBuilder,
    maxInFlight: settings.maxInFlight,
    maxSliceBytes: BATCHES_PER_SLICE * settings.batchBytes,
    quarantinePercent: request.isQuarantineOff ? 0 : settings.quarantinePercent,
    deliver: (slice) => deliverSlice(slice, senders, { deadline: work, deliveryAttempt }),
    // Dead letters of events sent just in time are published after it.
    publish: (dead) =>
      runtime.publishDeadLetters(
        dead,
        objectOrigin(object, request.replays, records.format()),
        untilEnd(work),
      ),
    onCredentialsError: (error) => {
      reportCredentialsError(runtime.log, error);
    },
    stopReason: () => {
      if (shutdown.isStopping()) return "the instance goes away";
      return mayStart(work, now()) ? runtime.circuitBreaker.reason() : "out of time";
    },
    wallNow,
  });
  return { request, progress, records, run: importRun, deadlines };
}

/** A message that asks for something we cannot understand never will be understood. */
async function deadLetterNotification(
  { data, attributes, messageId, publishTime, subscription }: PushedMessage,
  { object }: UnreadableNotification,
  { publishDeadLetters }: Runtime,
  { finish }: RunDeadlines,
): Promise<HandlerResponse> {
  const error = "not a notification";
  const origin = {
    ...objectOrigin(object, 0),
    source: subscription,
    attributes: { messageId, publishTime },
    original: attributes,
    hasLines: false,
  };
  const problem = { reason: "malformed", field: "", error } as const;
  await publishDeadLetters([{ problem, bytes: data, line: 0 }], origin, finish);
  return done(error);
}

/** The message is done with. */
function done(text: string): HandlerResponse {
  return { status: 204, text };
}
