import { assertBalanced, type Counters } from "./records/counters.ts";
import { createDeadLetters, type PublishDeadLetters } from "./records/dead-letter.ts";
import type { HandleMessage } from "./entry-point.ts";
import { createBatchingPublisher } from "./google/batching-publisher.ts";
import { createAdmission, type Admitted } from "./messages/admission.ts";
import { createBatcher, type Batcher } from "./messages/batcher.ts";
import { logDelivery } from "./messages/delivery-log.ts";
import { messageOrigin } from "./messages/message-origin.ts";
import { createOutageGate, type OutageGate } from "./messages/outage-gate.ts";
import { messageCounters, messageDeadRecords, prepareMessage } from "./messages/prepare-message.ts";
import { createMessageSummary } from "./messages/message-summary.ts";
import type { TimeLimits } from "./mixpanel/import-client.ts";
import type { HandlerResponse, PushedMessage } from "./platform/push-request.ts";
import type { Runtime } from "./runtime.ts";

/**
 * What the messages of an instance may hold: their data, and as much again in batches; a few hundred bytes for each event.
 * 1,000 messages of one event are always taken in.
 */
const ADMISSION_LIMITS = { bytes: 48 * 1024 * 1024, messages: 5000, events: 150_000 } as const;

/** What a message holds beside its data: its request, its response, its attributes' keys. */
const MESSAGE_BYTES = 2048;

/** A request that was started just before the budget ended may take this long. */
const LAST_REQUEST_MS = 30_000;
const ABORT_BEFORE_TIMEOUT_MS = 15_000;

/** What the messages of an instance share. */
interface Shared {
  readonly runtime: Runtime;
  readonly batcher: Batcher;
  readonly publishDeadLetters: PublishDeadLetters;
}

/** Makes the handler of the events topic: messages that are here at the same moment share requests. */
export function createImportMessages(runtime: Runtime): HandleMessage {
  const { log, now, circuitBreaker } = runtime;
  const admission = createAdmission(ADMISSION_LIMITS);
  const gate = createOutageGate();
  const settled = createMessageSummary(log, now);
  const shared: Shared = {
    runtime,
    batcher: createMessageBatcher(runtime, gate),
    publishDeadLetters: deadLettersOf(runtime),
  };
  runtime.shutdown.onStopping(() => {
    shared.batcher.flush();
  });

  return (message) => {
    const reason = circuitBreaker.reason() ?? gate.reason(admission.messages());
    if (reason !== undefined) return notNow(503, reason);
    const admitted = admission.admit(sizeOf(message));
    if (admitted === undefined) return notNow(429, "too much at once");
    return importMessage(message, shared, admitted, (counters) => {
      settled.add(counters, message.data.length, admission.messages() === 1);
    });
  };
}

function createMessageBatcher(runtime: Runtime, gate: OutageGate): Batcher {
  const { settings, log, now } = runtime;
  return createBatcher({
    newBuilder: runtime.newBuilder,
    deliver: runtime.deliver,
    lingerMs: settings.lingerMs,
    maxEvents: settings.batchEvents,
    maxInFlight: settings.maxInFlight,
    onDelivered: (delivery, bytes, millis) => {
      gate.report(delivery);
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
    log,
  });
}

function sizeOf({ data, attributes }: PushedMessage): number {
  const values = Object.values(attributes);
  return values.reduce((sum, value) => sum + value.length, data.length + MESSAGE_BYTES);
}

/**
 * One message: its verdict is its own, however its events travelled. Few promises: the functions framework's domains
 * watch each of them, which costs several microseconds.
 */
async function importMessage(
  message: PushedMessage,
  { runtime, batcher, publishDeadLetters }: Shared,
  admitted: Admitted,
  onSettled: (counters: Counters) => void,
): Promise<HandlerResponse> {
  try {
    const limits = limitsOf(runtime);
    const origin = messageOrigin(message);
    const { preparer, now } = runtime;
    const { events, settled } = prepareMessage(message.data, origin, preparer, now());
    if (!admitted.holdEvents(events.length + settled.dead.length))
      return notNow(429, "too many events at once");
    const outcome = await batcher.submit(events, limits);
    // Dead letters wait for the redelivery: they would be published twice.
    if (outcome.retryReason !== undefined) return notNow(503, outcome.retryReason);

    const counters = messageCounters(settled, outcome);
    assertBalanced(counters);
    const dead = messageDeadRecords(settled, outcome, origin);
    const { endBy } = limits;
    if (dead.length > 0)
      await publishDeadLetters(dead, origin.deadLetters, { startBy: endBy, endBy });
    onSettled(counters);
    return { status: 204, text: "done" };
  } finally {
    admitted.release();
  }
}

function notNow(status: 429 | 503, text: string): HandlerResponse {
  return { status, text };
}

function limitsOf({ settings, now, shutdown }: Runtime): TimeLimits {
  const timeout = settings.timeoutMs - ABORT_BEFORE_TIMEOUT_MS;
  const startBy = now() + Math.min(settings.timeBudgetMs, timeout);
  const endBy = Math.min(startBy + LAST_REQUEST_MS, now() + timeout);
  return { startBy, endBy, signal: shutdown.signal };
}
