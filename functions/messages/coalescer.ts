import type { DeliverBatch, Delivery } from "../mixpanel/deliver-batch.ts";
import type { BatchBuilder } from "../mixpanel/event-batch.ts";
import type { TimeLimits } from "../mixpanel/import-client.ts";
import type { Problem } from "../records/problem.ts";
import type { EventBytes, RecordBytes } from "../records/record.ts";

/** What became of the events of one message. */
export interface EventsOutcome {
  readonly imported: number;
  readonly rejected: readonly { readonly record: RecordBytes; readonly problem: Problem }[];
  /** Why some of them are not settled, or undefined. */
  readonly trouble: string | undefined;
}

export interface CoalescerOptions {
  readonly newBuilder: () => BatchBuilder;
  readonly deliver: DeliverBatch;
  /** Longest an event waits for others, in milliseconds. */
  readonly lingerMs: number;
  readonly maxEvents: number;
  /** With this many batches under way a further one would only wait: it is filled instead. */
  readonly maxInFlight: number;
  /** Told of every batch that came back: its events and bytes, and how long it took. */
  readonly onDelivered: (delivery: Delivery, bytes: number, millis: number) => void;
  readonly now: () => number;
}

/** Merges the events of messages that are here at the same moment into common requests. */
export interface Coalescer {
  /** Resolves when every event is settled, or cannot be now. Never rejects. */
  submit(events: readonly EventBytes[], limits: TimeLimits): Promise<EventsOutcome>;
  /** Sends what is waiting for company. */
  flush(): void;
}

/** The events of one message on their way. */
interface Submission {
  left: number;
  imported: number;
  readonly rejected: { record: RecordBytes; problem: Problem }[];
  trouble: string | undefined;
  readonly settle: (outcome: EventsOutcome) => void;
}

/** A batch that is still being filled. */
interface OpenBatch {
  readonly builder: BatchBuilder;
  readonly isIdentity: boolean;
  /** Whose event each one is. */
  readonly owners: { readonly submission: Submission; readonly record: RecordBytes }[];
  limits: TimeLimits;
  timer: NodeJS.Timeout | undefined;
  /** It has waited long enough. */
  isDue: boolean;
}

/**
 * A batch goes when it is full, when its oldest event has waited for `lingerMs`, or at once when nothing is under way:
 * then there is no company to wait for, and a lone message is not delayed. While a request is under way others gather,
 * so the more there is to do, the larger the batches become by themselves.
 */
export function createCoalescer(options: CoalescerOptions): Coalescer {
  const open = new Map<boolean, OpenBatch>();
  let underWay = 0;

  const openBatch = (event: EventBytes, limits: TimeLimits): OpenBatch => {
    const found = open.get(event.isIdentity);
    if (found?.builder.fits([event]) === true) return found;
    if (found !== undefined) send(found);
    const batch: OpenBatch = {
      builder: options.newBuilder(),
      isIdentity: event.isIdentity,
      owners: [],
      limits,
      timer: undefined,
      isDue: false,
    };
    open.set(event.isIdentity, batch);
    return batch;
  };

  const send = (batch: OpenBatch): void => {
    open.delete(batch.isIdentity);
    clearTimeout(batch.timer);
    underWay++;
    void deliver(batch, options).then(() => {
      underWay--;
      for (const waiting of [...open.values()])
        if (waiting.isDue || underWay === 0) send(waiting);
    });
  };
  const becomeDue = (batch: OpenBatch): void => {
    if (open.get(batch.isIdentity) !== batch) return;
    if (underWay < options.maxInFlight) send(batch);
    else batch.isDue = true;
  };
  const schedule = (batch: OpenBatch): void => {
    // Zero is the end of this turn of the event loop: what has arrived together goes together.
    const waitMs = underWay === 0 ? 0 : options.lingerMs;
    batch.timer ??= setTimeout(() => {
      becomeDue(batch);
    }, waitMs);
  };

  return {
    submit: (events, limits) =>
      new Promise((settle) => {
        const submission: Submission = {
          left: events.length,
          imported: 0,
          rejected: [],
          trouble: undefined,
          settle,
        };
        for (const event of events) {
          const batch = openBatch(event, limits);
          batch.builder.add(event);
          batch.owners.push({ submission, record: event.record });
          batch.limits = earlier(batch.limits, limits);
          if (batch.builder.length() >= options.maxEvents) send(batch);
          else schedule(batch);
        }
        if (events.length === 0) settle({ imported: 0, rejected: [], trouble: undefined });
      }),
    flush: () => {
      for (const batch of [...open.values()]) send(batch);
    },
  };
}

function earlier(a: TimeLimits, b: TimeLimits): TimeLimits {
  return b.stopAt < a.stopAt ? b : a;
}

/** Delivers a batch and tells its owners what became of their events. Never rejects: one batch's bug is not another's. */
async function deliver(batch: OpenBatch, options: CoalescerOptions): Promise<void> {
  const startedAt = options.now();
  const sealed = batch.builder.seal();
  try {
    const delivery = await options.deliver(sealed, batch.limits, batch.isIdentity);
    tellOwners(batch, delivery);
    options.onDelivered(delivery, sealed.bytes.length, options.now() - startedAt);
  } catch {
    for (const { submission } of batch.owners) conclude(submission, "internal error");
  } finally {
    batch.builder.release();
  }
}

function tellOwners(batch: OpenBatch, delivery: Delivery): void {
  const problems = new Map(delivery.rejected.map(({ index, problem }) => [index, problem]));
  const unsettled = new Set(delivery.unsettled);
  batch.owners.forEach(({ submission, record }, index) => {
    const problem = problems.get(index);
    if (unsettled.has(index)) {
      conclude(submission, delivery.trouble ?? "not settled");
      return;
    }
    if (problem !== undefined) submission.rejected.push({ record, problem });
    else submission.imported++;
    conclude(submission, undefined);
  });
}

/** One event of a submission has come to its end; with the last one the submission has. */
function conclude(submission: Submission, trouble: string | undefined): void {
  submission.trouble ??= trouble;
  submission.left--;
  if (submission.left > 0) return;
  const { imported, rejected } = submission;
  submission.settle({ imported, rejected, trouble: submission.trouble });
}
