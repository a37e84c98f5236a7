import type { ProfileKind } from "../../event/profile-update.ts";
import type { Deadline } from "../../platform/deadline.ts";
import type { UpdateBatch } from "../destinations/profiles/profile-destination.ts";
import type { Rejection } from "../part-outcome.ts";
import { deliverInOrder } from "./deliver-in-order.ts";
import type { OrderedOutcome, OrderOptions } from "./order-progress.ts";
import type { TokenProof } from "./token-proof.ts";
import { UpdateLanes, type LaneLimits, type QueuedUpdate } from "./update-lanes.ts";
import { UpdateSubmission, type UpdateContext, type UpdateDelivery } from "./update-submission.ts";

/**
 * Sends updates of one kind, in their order: those handed in earlier before those handed in later,
 * profile by profile. What is taken out of it is out of order only when it is pending.
 *
 * @throws whatever is a bug of ours
 */
export type DeliverUpdates = (
  kind: ProfileKind,
  updates: UpdateBatch,
  context: UpdateContext,
) => Promise<UpdateDelivery>;

/** A request that came back, with all that was asked to find out what became of its updates. */
export interface UpdateRequestReport {
  readonly kind: ProfileKind;
  readonly delivery: UpdateDelivery;
  readonly bytes: number;
  readonly millis: number;
}

export interface DeliverUpdatesOptions {
  readonly kind: ProfileKind;
  readonly order: OrderOptions;
  readonly limits: LaneLimits;
  readonly proof: TokenProof;
  readonly maxInFlight: number;
  /** Longest an update waits for others while requests are in flight, in milliseconds. */
  readonly lingerMs: number;
  readonly onRequest: (report: UpdateRequestReport) => void;
  readonly now: () => number;
}

/** The updates of one kind, of one instance. */
export class UpdateSender {
  readonly #options: DeliverUpdatesOptions;
  readonly #lanes: UpdateLanes;
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Something has waited long enough. */
  #isDue = false;

  constructor(options: DeliverUpdatesOptions) {
    this.#options = options;
    this.#lanes = new UpdateLanes(options.limits);
  }

  /** Queues the updates before it returns: the order of calls is the order of updates. */
  deliver(updates: UpdateBatch, context: UpdateContext): Promise<UpdateDelivery> {
    const submission = new UpdateSubmission(updates.length, context);
    updates.forEach((update, index) => {
      this.#lanes.add({ update, submission, index });
    });
    this.#sendOrWait();
    return submission.outcome;
  }

  /** What has arrived together goes together; alone it does not wait. */
  #sendOrWait(): void {
    const { maxInFlight, lingerMs } = this.#options;
    while (this.#inFlight < maxInFlight && (this.#isDue || this.#lanes.isFull())) this.#sendReady();
    if (!this.#lanes.hasReady() || this.#isDue || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#isDue = true;
        this.#sendOrWait();
      },
      this.#inFlight === 0 ? 0 : lingerMs,
    );
  }

  #sendReady(): void {
    const queued = this.#lanes.take();
    this.#isDue &&= this.#lanes.hasReady();
    if (queued.length > 0) void this.#send(queued);
  }

  /** Never rejects: a bug is that of the submissions whose updates it met. */
  async #send(queued: readonly QueuedUpdate[]): Promise<void> {
    this.#inFlight++;
    try {
      const startedAt = this.#options.now();
      const outcome = await this.#askFor(queued);
      this.#report(queued, outcome, startedAt);
      this.#settle(queued, outcome);
    } catch (error) {
      this.#giveBack(queued, "something of the same profiles failed");
      for (const { submission } of queued) submission.fail(error);
    }
    this.#inFlight--;
    this.#lanes.free(queued);
    this.#sendOrWait();
  }

  async #askFor(queued: readonly QueuedUpdate[]): Promise<OrderedOutcome> {
    const { order, proof } = this.#options;
    const deadline = earliestOf(queued);
    const retryReason = await proof.missing(deadline);
    const updates = queued.map(({ update }) => update);
    if (retryReason !== undefined)
      return { settled: updates.map(() => undefined), retryReason, requests: 0, retries: 0 };
    const deliveryAttemptOf = (index: number): number =>
      queued[index]?.submission.context.deliveryAttempt ?? 1;
    return await deliverInOrder(updates, { deadline, deliveryAttemptOf }, order);
  }

  #report(queued: readonly QueuedUpdate[], outcome: OrderedOutcome, startedAt: number): void {
    const { onRequest, kind, limits, now } = this.#options;
    onRequest({
      kind,
      delivery: deliveryOf(outcome),
      bytes: queued.reduce((sum, { update }) => sum + limits.bytesOf(update), 0),
      millis: now() - startedAt,
    });
  }

  #settle(queued: readonly QueuedUpdate[], outcome: OrderedOutcome): void {
    const { settled, retryReason = "not settled" } = outcome;
    queued[0]?.submission.addRequests(outcome.requests, outcome.retries);
    const pending: QueuedUpdate[] = [];
    queued.forEach((one, at) => {
      const end = settled[at];
      if (end === undefined) pending.push(one);
      else one.submission.settle(one.index, end);
    });
    this.#giveBack(pending, retryReason);
    for (const { submission, index } of pending) submission.postpone(index, retryReason);
  }

  /** What waits behind these must not overtake them: it is pending, too. */
  #giveBack(pending: readonly QueuedUpdate[], retryReason: string): void {
    for (const { submission, index } of this.#lanes.drain(pending))
      submission.postpone(index, retryReason);
  }
}

/** The deadline of the submission that has least time left. */
function earliestOf(queued: readonly QueuedUpdate[]): Deadline {
  const deadlines = queued.map(({ submission }) => submission.context.deadline);
  return deadlines.reduce((least, deadline) =>
    deadline.startBy < least.startBy ? deadline : least,
  );
}

/** The outcome of a request in numbers, and by its updates. */
function deliveryOf({ settled, retryReason, requests, retries }: OrderedOutcome): UpdateDelivery {
  const rejected: Rejection[] = [];
  const pending: number[] = [];
  let imported = 0;
  let unconfirmed = 0;
  settled.forEach((end, index) => {
    if (end === undefined) pending.push(index);
    else if (end === "imported") imported++;
    else if (end === "unconfirmed") unconfirmed++;
    else rejected.push({ index, problem: end });
  });
  return { imported, rejected, unconfirmed, pending, retryReason, requests, retries };
}
