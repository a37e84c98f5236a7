import type { ProfileKind, ProfileUpdate } from "../../event/profile-update.ts";
import type { Deadline } from "../../platform/deadline.ts";
import { CountMismatchError } from "../../platform/errors.ts";
import type { UpdateBatch } from "../destinations/profiles/profile-destination.ts";
import { deliverInOrder } from "./deliver-in-order.ts";
import type { OrderedOutcome, OrderOptions } from "./order-progress.ts";
import type { TokenProof } from "./token-proof.ts";
import { UpdateLanes, type LaneLimits, type QueuedUpdate } from "./update-lanes.ts";
import { UpdateSubmission, type UpdateContext, type UpdateDelivery } from "./update-submission.ts";

/**
 * Sends updates of one kind, in their order: those handed in earlier before those handed in later,
 * profile by profile. What is taken out of it is out of order only when it is pending.
 *
 * @throws whatever is a bug of ours; CountMismatchError when updates are missing
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
    this.#schedule();
    return submission.outcome;
  }

  /** What has arrived together goes together; alone it does not wait. */
  #schedule(): void {
    if (this.#lanes.isFull()) this.#sendReady();
    if (!this.#lanes.hasReady() || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#sendReady();
      },
      this.#inFlight === 0 ? 0 : this.#options.lingerMs,
    );
  }

  #sendReady(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#inFlight < this.#options.maxInFlight && this.#lanes.hasReady())
      void this.#send(this.#lanes.take());
  }

  /** Never rejects: a bug is that of the submissions whose updates it met. */
  async #send(queued: readonly QueuedUpdate[]): Promise<void> {
    this.#inFlight++;
    try {
      const outcome = await this.#askFor(queued);
      this.#settle(queued, outcome);
    } catch (error) {
      this.#giveBack(queued, "something of the same profiles failed");
      for (const { submission } of queued) submission.end({ kind: "failed", error });
    }
    this.#inFlight--;
    this.#lanes.free(queued);
    this.#sendReady();
  }

  async #askFor(queued: readonly QueuedUpdate[]): Promise<OrderedOutcome> {
    const { order, proof, onRequest, kind, limits, now } = this.#options;
    const startedAt = now();
    const deadline = earliestOf(queued);
    const reason = await proof.missing(deadline);
    const updates = queued.map(({ update }) => update);
    const outcome =
      reason === undefined
        ? await deliverInOrder(
            updates,
            {
              deadline,
              deliveryAttemptOf: (index) => queued[index]?.submission.context.deliveryAttempt ?? 1,
            },
            order,
          )
        : nothingSettled(updates, reason);
    assertComplete(outcome, updates.length);
    onRequest({
      kind,
      delivery: {
        ...outcome,
        imported: outcome.imported.length,
        unconfirmed: outcome.unconfirmed.length,
      },
      bytes: updates.reduce((sum, update) => sum + limits.bytesOf(update), 0),
      millis: now() - startedAt,
    });
    return outcome;
  }

  #settle(queued: readonly QueuedUpdate[], outcome: OrderedOutcome): void {
    const { imported, rejected, unconfirmed, pending, retryReason = "not settled" } = outcome;
    queued[0]?.submission.addRequests(outcome.requests, outcome.retries);
    const at = (index: number): QueuedUpdate => entryAt(queued, index);
    for (const index of imported) at(index).submission.end({ kind: "imported" });
    for (const index of unconfirmed) at(index).submission.end({ kind: "unconfirmed" });
    for (const { index, problem } of rejected) {
      const { submission, index: own } = at(index);
      submission.end({ kind: "rejected", rejection: { index: own, problem } });
    }
    const left = pending.map(at);
    this.#giveBack(left, retryReason);
    for (const { submission, index } of left)
      submission.end({ kind: "pending", index, retryReason });
  }

  /** What waits behind these must not overtake them: it is pending, too. */
  #giveBack(pending: readonly QueuedUpdate[], retryReason: string): void {
    for (const { submission, index } of this.#lanes.drain(pending))
      submission.end({ kind: "pending", index, retryReason });
  }
}

/** The deadline of the submission that has least time left. */
function earliestOf(queued: readonly QueuedUpdate[]): Deadline {
  const deadlines = queued.map(({ submission }) => submission.context.deadline);
  return deadlines.reduce((least, deadline) =>
    deadline.startBy < least.startBy ? deadline : least,
  );
}

function entryAt(queued: readonly QueuedUpdate[], index: number): QueuedUpdate {
  const entry = queued[index];
  if (entry === undefined)
    throw new CountMismatchError(`There is no update ${index} in a request.`);
  return entry;
}

function nothingSettled(updates: readonly ProfileUpdate[], retryReason: string): OrderedOutcome {
  const pending = [...updates.keys()];
  const nothing = { imported: [], rejected: [], unconfirmed: [] };
  return { ...nothing, pending, retryReason, requests: 0, retries: 0 };
}

/** Every update is exactly one of the four: what is missing must not pass for imported. */
function assertComplete(outcome: OrderedOutcome, updates: number): void {
  const { imported, rejected, unconfirmed, pending } = outcome;
  const indexes = [...imported, ...rejected.map(({ index }) => index), ...unconfirmed, ...pending];
  if (indexes.length === updates && new Set(indexes).size === updates) return;
  throw new CountMismatchError(
    `Of ${updates} updates ${imported.length} are imported, ${rejected.length} rejected, ` +
      `${unconfirmed.length} unconfirmed, ${pending.length} pending`,
  );
}
