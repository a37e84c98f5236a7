import { assertBalanced, ZERO, type Counters } from "./counters.ts";
import type { DeadRecord } from "./dead-letter.ts";
import type { HandleMessage } from "./entry-point.ts";
import type { Log } from "./log.ts";
import { createAdmission } from "./messages/admission.ts";
import { createCoalescer, type Coalescer, type EventsOutcome } from "./messages/coalescer.ts";
import { originOf, type MessageOrigin } from "./messages/message-origin.ts";
import { recordsOf } from "./messages/message-records.ts";
import { createSettledMessages } from "./messages/settled-messages.ts";
import type { Delivery } from "./mixpanel/deliver-batch.ts";
import type { TimeLimits } from "./mixpanel/import-client.ts";
import type { HandlerAnswer, PushedMessage } from "./push-request.ts";
import type { Problem } from "./records/problem.ts";
import type { EventBytes, RecordBytes } from "./records/record.ts";
import type { Runtime } from "./runtime.ts";

/**
 * What the messages of an instance may hold: their data, and as much again in batches. 1,000 messages of one event are
 * always taken in.
 */
const HELD = { bytes: 96 * 1024 * 1024, messages: 5000 } as const;

/** A request that was started just before the budget ended may take this long. */
const LAST_REQUEST_MS = 30_000;
const ABORT_BEFORE_TIMEOUT_MS = 15_000;

/** Makes the handler of the events topic: messages that are here at the same moment share requests. */
export function createImportMessages(runtime: Runtime): HandleMessage {
  const { settings, log, now, breaker, shutdown } = runtime;
  const admission = createAdmission(HELD);
  const settled = createSettledMessages(log, now);
  const coalescer = createCoalescer({
    newBuilder: runtime.newBuilder,
    deliver: runtime.deliver,
    lingerMs: settings.lingerMs,
    maxEvents: settings.batchEvents,
    maxInFlight: settings.maxInFlight,
    onDelivered: (delivery, bytes, millis) => {
      logRequest(log, delivery, bytes, millis);
    },
    now,
  });
  shutdown.onStopping(coalescer.flush);
  let underWay = 0;

  return async (message) => {
    const reason = breaker.reason();
    if (reason !== undefined) return { status: 503, text: reason };
    const release = admission.admit(message.data.length);
    if (release === undefined) return { status: 429, text: "too much at once" };
    underWay++;
    try {
      return await importMessage(message, runtime, coalescer, (counters) => {
        settled.add(counters, message.data.length, underWay === 1);
      });
    } finally {
      underWay--;
      release();
    }
  };
}

/** One message: its verdict is its own, however its events travelled. */
async function importMessage(
  message: PushedMessage,
  runtime: Runtime,
  coalescer: Coalescer,
  onSettled: (counters: Counters) => void,
): Promise<HandlerAnswer> {
  const limits = limitsOf(runtime);
  const origin = originOf(message);
  const prepared = prepareRecords(message.data, origin, runtime);
  const outcome = await coalescer.submit(prepared.events, limits);
  // Dead letters wait for the redelivery: they would be published twice.
  if (outcome.trouble !== undefined) return { status: 503, text: outcome.trouble };

  const dead = [...prepared.dead, ...deadOf(outcome)];
  const { abortAt } = limits;
  await runtime.publishDeadLetters(dead, origin.deadLetters, { retryUntil: abortAt, abortAt });
  const counters = countersOf(prepared, outcome);
  assertBalanced(counters);
  onSettled(counters);
  return { status: 204, text: "done" };
}

function limitsOf({ settings, now, shutdown }: Runtime): TimeLimits {
  const timeout = settings.timeoutMs - ABORT_BEFORE_TIMEOUT_MS;
  const stopAt = now() + Math.min(settings.timeBudgetMs, timeout);
  const abortAt = Math.min(stopAt + LAST_REQUEST_MS, now() + timeout);
  return { stopAt, abortAt, signal: shutdown.signal };
}

/** A message's records, checked. */
interface PreparedMessage {
  readonly events: readonly EventBytes[];
  readonly dead: readonly DeadRecord[];
  readonly read: number;
  readonly dropped: number;
  readonly used: number;
  readonly idsAdded: number;
}

function prepareRecords(
  data: Buffer,
  origin: MessageOrigin,
  { prepare, now }: Runtime,
): PreparedMessage {
  const events: EventBytes[] = [];
  const dead: DeadRecord[] = [];
  let dropped = 0;
  let used = 0;
  let idsAdded = 0;
  const records = recordsOf(data);
  for (const record of records) {
    const prepared = prepare(record, origin.records, now(), false);
    if (prepared.kind === "dropped") dropped++;
    else if (prepared.kind === "unusable") dead.push(toDead(record, prepared.problem));
    else {
      used++;
      events.push(...prepared.events);
      idsAdded += prepared.idsAdded;
    }
  }
  return { events, dead, read: records.length, dropped, used, idsAdded };
}

/** A record of a message is kept whole: nothing else has it. */
function toDead({ bytes, start, end, line }: RecordBytes, problem: Problem): DeadRecord {
  return { problem, bytes: bytes.subarray(start, end), line };
}

function deadOf(outcome: EventsOutcome): readonly DeadRecord[] {
  return outcome.rejected.map(({ record, problem }) => toDead(record, problem));
}

function countersOf(prepared: PreparedMessage, outcome: EventsOutcome): Counters {
  const { read, dropped, used, idsAdded, dead, events } = prepared;
  return {
    ...ZERO,
    records: { read, dropped, unusable: dead.length, used },
    events: {
      produced: events.length,
      imported: outcome.imported,
      rejected: outcome.rejected.length,
      idsAdded,
    },
  };
}

/** One line for each batch, in the words of Mixpanel's guide. */
function logRequest(log: Log, delivery: Delivery, bytes: number, millis: number): void {
  const { imported, rejected, unsettled, trouble, requests, retries } = delivery;
  const fields = { count: imported, bytes, requests, retries, millis };
  if (trouble === undefined && rejected.length === 0) {
    log("INFO", "Import succeeded", fields);
    return;
  }
  log("WARNING", "Import failed", {
    error: trouble ?? "Mixpanel rejected events",
    ...fields,
    rejected: rejected.length,
    unsettled: unsettled.length,
  });
}
