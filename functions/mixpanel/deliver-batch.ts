import type { Deadline } from "../platform/deadline.ts";
import { ask, type Route } from "./ask.ts";
import { halvesOf, resolveSuspects } from "./bisect.ts";
import type { EventBatch } from "./destinations/import/event-batch.ts";
import {
  EMPTY_OUTCOME,
  mergeOutcomes,
  pendingOutcome,
  rejectRows,
  type PartOutcome,
  type Rejection,
  type SendPart,
} from "./part-outcome.ts";
import { LAST_DELIVERY_ATTEMPT, type Verdict } from "./verdict.ts";

/**
 * What became of a batch: every event is exactly one of imported, rejected or pending (not now: it
 * has to be sent again, with the same id).
 */
export interface Delivery {
  readonly imported: number;
  readonly rejected: readonly Rejection[];
  /** Indexes in the batch. */
  readonly pending: readonly number[];
  /** Why something is pending: a fixed text, nothing that Mixpanel said. */
  readonly retryReason: string | undefined;
  readonly requests: number;
  /** Attempts beyond the first of each request. */
  readonly retries: number;
}

/** What a batch is delivered under. */
export interface DeliveryContext {
  readonly deadline: Deadline;
  /** Identity events, which Mixpanel refuses as a whole in projects that have no use for them. */
  readonly isIdentity: boolean;
  /** How often Pub/Sub has delivered what the event with that index came in. */
  readonly deliveryAttemptOf: (index: number) => number;
}

export type DeliverBatch = (batch: EventBatch, context: DeliveryContext) => Promise<Delivery>;

export interface DeliverOptions extends Route<EventBatch> {
  readonly random: () => number;
}

/**
 * Makes the function that brings a batch to Mixpanel and finds out what became of each event, also
 * when the response does not say: it does what the verdicts say (`verdict.ts`).
 */
export function createDeliverBatch(options: DeliverOptions): DeliverBatch {
  return async (batch, context) => {
    const send: SendPart = (indexes, isRepeated) =>
      sendPart({ batch, context, options }, indexes, isRepeated);
    const first = await send([...batch.ends.keys()], false);
    const resolved = await resolveSuspects(first, {
      ...options,
      send,
      isIdentity: context.isIdentity,
      isLastAttempt: (index) => context.deliveryAttemptOf(index) >= LAST_DELIVERY_ATTEMPT,
    });
    const { imported, rejected, pending, retryReason, requests, retries } = resolved;
    return { imported: imported.length, rejected, pending, retryReason, requests, retries };
  };
}

/** A batch on its way. */
interface Sending {
  readonly batch: EventBatch;
  readonly context: DeliveryContext;
  readonly options: DeliverOptions;
}

async function sendPart(
  sending: Sending,
  indexes: readonly number[],
  isRepeated: boolean,
): Promise<PartOutcome> {
  if (indexes.length === 0) return EMPTY_OUTCOME;
  const { batch, context, options } = sending;
  const { destination, sizeLimit } = options;
  const part =
    indexes.length === destination.lengthOf(batch) ? batch : destination.pick(batch, indexes);
  if (destination.bytesOf(part) > sizeLimit.bytes() && indexes.length > 1)
    return await sendHalves(sending, indexes, isRepeated);
  const { deadline, isIdentity, deliveryAttemptOf } = context;
  const deliveryAttempt = deliveryAttemptOf(indexes[0] ?? 0);
  // Mixpanel recognises an event by its `$insert_id`: it may be sent again.
  const kind = { isIdentity, isRepeatable: true } as const;
  const asked = await ask(part, { deadline, ...kind, isRepeated, deliveryAttempt }, options);
  switch (asked.kind) {
    case "unsent":
      return pendingOutcome(indexes, asked.retryReason);
    case "unanswered":
      return { ...pendingOutcome(indexes, asked.retryReason), requests: 1 };
    case "answered": {
      const outcome = await follow(asked.verdict, indexes, asked.ordinal, sending);
      return mergeOutcomes([{ ...EMPTY_OUTCOME, requests: 1, retries: asked.retries }, outcome]);
    }
  }
}

async function sendHalves(
  sending: Sending,
  indexes: readonly number[],
  isRepeated: boolean,
): Promise<PartOutcome> {
  const outcomes: PartOutcome[] = [];
  for (const half of halvesOf(indexes)) outcomes.push(await sendPart(sending, half, isRepeated));
  return mergeOutcomes(outcomes);
}

/** Does what the verdict says. */
async function follow(
  verdict: Verdict,
  indexes: readonly number[],
  ordinal: number,
  sending: Sending,
): Promise<PartOutcome> {
  switch (verdict.kind) {
    case "settle": {
      const { rejected, rest } = rejectRows(indexes, verdict.rows);
      return { ...EMPTY_OUTCOME, rejected, imported: rest };
    }
    case "resend": {
      const { rejected, rest } = rejectRows(indexes, verdict.rows);
      return mergeOutcomes([{ ...EMPTY_OUTCOME, rejected }, await sendPart(sending, rest, true)]);
    }
    case "suspect": {
      const { rejected, rest } = rejectRows(indexes, verdict.rows);
      if (rest.length === 0) return { ...EMPTY_OUTCOME, rejected };
      const suspects = [{ indexes: rest, suspicion: verdict.suspicion, ordinal }];
      return { ...EMPTY_OUTCOME, rejected, suspects };
    }
    case "unconfirmed":
      // Of events there always is a count, and without one nothing is concluded.
      return pendingOutcome(indexes, "Mixpanel did not say how many it imported");
    case "split":
      return await sendHalves(sending, indexes, false);
    case "give-up": {
      const rejected = indexes.map((index) => ({ index, problem: verdict.problem }));
      return { ...EMPTY_OUTCOME, rejected };
    }
    case "wait":
      return pendingOutcome(indexes, verdict.retryReason);
    case "pause":
      sending.options.circuitBreaker.reportBadCredentials(verdict.status);
      return pendingOutcome(indexes, "Mixpanel refused the credentials");
  }
}
