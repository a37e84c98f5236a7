import { addCounters, assertBalanced, ZERO_COUNTERS, type Counters } from "./records/counters.ts";
import { createDeadLetters, type PublishDeadLetters } from "./records/dead-letter.ts";
import type { HandleMessage } from "./entry-point.ts";
import { createBatchingPublisher } from "./google/batching-publisher.ts";
import { createAdmission, type Admitted } from "./messages/admission.ts";
import { createBatcher, type Batcher } from "./messages/batcher.ts";
import { logDelivery, logUpdates } from "./messages/delivery-log.ts";
import { decompressData, isCompressed, readData } from "./messages/message-data.ts";
import { messageOrigin, type MessageOrigin } from "./messages/message-origin.ts";
import {
  messageCounters,
  messageDeadRecords,
  prepareMessage,
  type MessageSlice,
} from "./messages/prepare-message.ts";
import type { SubmissionOutcome } from "./messages/submission.ts";
import type { DeliverUpdates } from "./mixpanel/profiles/deliver-updates.ts";
import { deliverAllUpdates, type DeliveredUpdates } from "./mixpanel/profiles/delivered-updates.ts";
import { createMessageSummary } from "./messages/message-summary.ts";
import { messageDeadline } from "./messages/message-deadline.ts";
import { untilEnd, type Deadline } from "./platform/deadline.ts";
import type { HandlerResponse, PushedMessage } from "./platform/push-request.ts";
import type { RecordPreparer } from "./records/prepare-record.ts";
import { watchPreparer } from "./records/transform-watch.ts";
import type { Runtime } from "./runtime.ts";

/**
 * What the messages of an instance may hold: their data, and as much again in batches; a few
 * hundred bytes for each event. 1,000 messages of one event are always taken in.
 */
const ADMISSION_LIMITS = { bytes: 48 * 1024 * 1024, messages: 5000, records: 150_000 } as const;

/** What a message holds beside its data: its request, its response, its attributes' keys. */
const MESSAGE_BYTES = 2048;

/** What the messages of an instance share. */
interface Shared {
  readonly runtime: Runtime;
  readonly preparer: RecordPreparer;
  readonly batcher: Batcher;
  readonly deliverUpdates: DeliverUpdates;
  readonly publishDeadLetters: PublishDeadLetters;
}

/**
 * Makes the handler of the events topic: messages that are here at the same moment share requests.
 */
export function createImportMessages(runtime: Runtime): HandleMessage {
  const { log, now, circuitBreaker, preparer } = runtime;
  const admission = createAdmission(ADMISSION_LIMITS);
  const settled = createMessageSummary(log, now);
  const shared: Shared = {
    runtime,
    // Without a transform there is nothing that might not return.
    preparer: preparer.usesScan ? preparer : watchPreparer(preparer),
    batcher: createMessageBatcher(runtime),
    deliverUpdates: runtime.connectProfiles((report) => {
      const { imported, rejected, unconfirmed } = report.delivery;
      circuitBreaker.reportDelivery(imported + rejected.length + unconfirmed);
      logUpdates(log, report);
    }),
    publishDeadLetters: deadLettersOf(runtime),
  };
  runtime.shutdown.onStopping(() => {
    shared.batcher.flush();
  });

  return (message) => {
    const reason = circuitBreaker.reason() ?? circuitBreaker.halfOpenReason(admission.messages());
    if (reason !== undefined) return notNow(503, reason);
    const admitted = admission.admit(sizeOf(message));
    if (admitted === undefined) return notNow(429, "too much at once");
    return importMessage(message, shared, admitted, {
      onSettled: (counters) => {
        settled.add(counters, message.data.length);
      },
      // Of one that comes again, too: others were settled before it.
      onEnd: () => {
        if (admission.messages() === 0) settled.flush();
      },
    });
  };
}

function createMessageBatcher(runtime: Runtime): Batcher {
  const { settings, log, now, circuitBreaker } = runtime;
  return createBatcher({
    newBuilder: runtime.newBuilder,
    deliver: runtime.deliver,
    lingerMs: settings.lingerMs,
    maxEvents: settings.batchEvents,
    maxInFlight: settings.maxInFlight,
    onDelivered: (delivery, bytes, millis) => {
      circuitBreaker.reportDelivery(delivery.imported + delivery.rejected.length);
      logDelivery(log, delivery, bytes, millis);
    },
    now,
  });
}

/** Dead letters of messages that die at the same moment share publish requests. */
function deadLettersOf({ publish, settings, log }: Runtime): PublishDeadLetters {
  return createDeadLetters({
    publish: createBatchingPublisher(publish),
    topic: settings.deadLetterTopic,
    contents: settings.deadLetterContents,
    hasPositions: settings.syntheticId === "position",
    log,
  });
}

function sizeOf({ data, attributes }: PushedMessage): number {
  const values = Object.values(attributes);
  return values.reduce((sum, value) => sum + value.length, data.length + MESSAGE_BYTES);
}

interface MessageListener {
  readonly onSettled: (counters: Counters) => void;
  /** It is no longer here, whatever became of it. */
  readonly onEnd: () => void;
}

/**
 * One message: what becomes of it is its own, however its events travelled. Few promises: the
 * functions framework's domains watch each of them, which costs several microseconds.
 */
async function importMessage(
  message: PushedMessage,
  shared: Shared,
  admitted: Admitted,
  { onSettled, onEnd }: MessageListener,
): Promise<HandlerResponse> {
  try {
    const { now, wallNow, settings, shutdown } = shared.runtime;
    const deadline = messageDeadline(settings, now(), shutdown.signal);
    const origin = messageOrigin(message);
    const { data, attributes, deliveryAttempt } = message;
    // Only messages of gzip pay for the promises.
    const read = isCompressed(data)
      ? await decompressData(data, attributes, (bytes) => admitted.holdContents(bytes))
      : readData(data, attributes);
    if (read.kind === "too-much") return notNow(429, "too much at once");
    let counters = ZERO_COUNTERS;
    for (const slice of prepareMessage(
      { read, deliveryAttempt },
      origin,
      shared.preparer,
      wallNow(),
    )) {
      if (!slice.isLast && !admitted.holdSlices()) return notNow(429, "too many records at once");
      const { events, updates, tally } = slice;
      if (!admitted.holdRecords(events.length + updates.length + tally.dead.length))
        return notNow(429, "too many events at once");
      const settled = await importSlice(slice, { message, origin, deadline }, shared);
      if (settled.kind === "pending") return notNow(503, settled.retryReason);
      counters = addCounters(counters, settled.counters);
    }
    onSettled(counters);
    return { status: 204, text: "done" };
  } finally {
    admitted.release();
    onEnd();
  }
}

/** What the slices of a message have in common. */
interface MessageContext {
  readonly message: PushedMessage;
  readonly origin: MessageOrigin;
  readonly deadline: Deadline;
}

type SettledSlice =
  | { readonly kind: "settled"; readonly counters: Counters }
  | { readonly kind: "pending"; readonly retryReason: string };

async function importSlice(
  slice: MessageSlice,
  { message, origin, deadline }: MessageContext,
  shared: Shared,
): Promise<SettledSlice> {
  const { tally } = slice;
  const outcome = await submit(slice, deadline, message.deliveryAttempt, shared);
  // Dead letters wait for the redelivery: they would be published twice.
  if (outcome.retryReason !== undefined)
    return { kind: "pending", retryReason: outcome.retryReason };
  const counters = messageCounters(tally, outcome);
  assertBalanced(counters);
  const dead = messageDeadRecords(tally, outcome, origin);
  if (dead.length > 0)
    await shared.publishDeadLetters(dead, origin.deadLetters, untilEnd(deadline));
  return { kind: "settled", counters };
}

/** Hands in what a slice holds; only one with updates pays for a promise of its own. */
function submit(
  { events, updates }: MessageSlice,
  deadline: Deadline,
  deliveryAttempt: number,
  { batcher, deliverUpdates }: Shared,
): Promise<SubmissionOutcome> {
  const outcome = batcher.submit(events, deadline, deliveryAttempt);
  if (updates.length === 0) return outcome;
  const delivered = deliverAllUpdates(updates, deliverUpdates, { deadline, deliveryAttempt });
  return withUpdates(outcome, delivered);
}

async function withUpdates(
  ofEvents: Promise<SubmissionOutcome>,
  ofUpdates: Promise<DeliveredUpdates>,
): Promise<SubmissionOutcome> {
  const [outcome, updates] = await Promise.all([ofEvents, ofUpdates]);
  return { ...outcome, retryReason: outcome.retryReason ?? updates.retryReason, updates };
}

function notNow(status: 429 | 503, text: string): HandlerResponse {
  return { status, text };
}
