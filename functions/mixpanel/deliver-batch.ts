import { mayStart, type Deadline } from "../platform/deadline.ts";
import { UnavailableError } from "../platform/errors.ts";
import { halvesOf, resolveSuspects } from "./bisect.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { lengthOf, pickEvents, type EventBatch } from "./event-batch.ts";
import type { Evidence } from "./evidence.ts";
import type { PostBatch } from "./import-client.ts";
import {
  EMPTY_OUTCOME,
  mergeOutcomes,
  pendingOutcome,
  rejectRows,
  type PartOutcome,
  type Rejection,
  type SendPart,
} from "./part-outcome.ts";
import { interpretResponse, type Meaning } from "./response.ts";
import type { SizeLimit } from "./size-limit.ts";
import { decide, LAST_DELIVERY_ATTEMPT, type Verdict } from "./verdict.ts";

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

export interface DeliverOptions {
  /** Sends one request; `createImportClient` in import-client.ts. */
  readonly post: PostBatch;
  readonly circuitBreaker: CircuitBreaker;
  readonly evidence: Evidence;
  readonly sizeLimit: SizeLimit;
  readonly now: () => number;
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
  const part = indexes.length === lengthOf(batch) ? batch : pickEvents(batch, indexes);
  if (part.bytes.length > options.sizeLimit.bytes() && indexes.length > 1)
    return await sendHalves(sending, indexes, isRepeated);
  const isInTime = mayStart(context.deadline, options.now());
  const reason = options.circuitBreaker.reason() ?? (isInTime ? undefined : "out of time");
  if (reason !== undefined) return pendingOutcome(indexes, reason);
  const asked = await ask(options.post, part, context.deadline);
  if (asked.meaning === undefined)
    return { ...pendingOutcome(indexes, asked.retryReason), requests: 1 };
  const outcome = await settle(sending, indexes, part, asked.meaning, isRepeated);
  return mergeOutcomes([{ ...EMPTY_OUTCOME, requests: 1, retries: asked.retries }, outcome]);
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

/** What a response comes to for the events it is about. */
async function settle(
  sending: Sending,
  indexes: readonly number[],
  part: EventBatch,
  meaning: Meaning,
  isRepeated: boolean,
): Promise<PartOutcome> {
  const { context, options } = sending;
  const { evidence } = options;
  const ordinal = record(meaning, part, options);
  const verdict = decide(meaning, {
    events: indexes.length,
    bytes: part.bytes.length,
    isRepeated,
    isIdentity: context.isIdentity,
    isMixpanelWell:
      meaning.kind !== "imported" && isWell(part, ordinal, context.isIdentity, evidence),
    acceptsOthers: evidence.sinceAcceptedMs() <= RECENTLY_MS,
    largestAccepted: evidence.largestAccepted(),
    deliveryAttempt: context.deliveryAttemptOf(indexes[0] ?? 0),
  });
  if (verdict.kind === "split") options.sizeLimit.refused(part.bytes.length, verdict.namedLimit);
  return await follow(verdict, indexes, ordinal, sending);
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

/** Whoever was accepted within this time passes: the credentials are good. */
const RECENTLY_MS = 60_000;

/** Puts the response into the evidence; its ordinal there. */
function record(
  meaning: Meaning,
  part: EventBatch,
  { evidence, sizeLimit }: DeliverOptions,
): number {
  if (meaning.kind !== "too-large") sizeLimit.passed();
  if (meaning.kind === "unknown") return evidence.ordinal();
  if (meaning.kind !== "imported") return evidence.refused();
  if (meaning.rows.length < lengthOf(part)) evidence.accepted(part.bytes.length);
  return evidence.ordinal();
}

/**
 * In the evidence, identity events that are refused as a whole are one: it is the kind that is
 * refused.
 */
const IDENTITY_EVENTS = Buffer.from("identity events");

/** Whether another event was accepted after this one, which is alone, was first refused alone. */
function isWell(
  part: EventBatch,
  ordinal: number,
  isIdentity: boolean,
  evidence: Evidence,
): boolean {
  const isAlone = lengthOf(part) === 1;
  if (!isAlone && !isIdentity) return false;
  const refused = isAlone ? part.bytes : IDENTITY_EVENTS;
  return evidence.acceptedSince(evidence.refusedAlone(refused, ordinal));
}

type Asked =
  | { readonly meaning: Meaning; readonly retries: number }
  | { readonly meaning: undefined; readonly retryReason: string };

async function ask(post: PostBatch, part: EventBatch, deadline: Deadline): Promise<Asked> {
  try {
    const response = await post(part, deadline);
    return { meaning: interpretResponse(response, part), retries: response.attempts - 1 };
  } catch (error) {
    if (error instanceof UnavailableError)
      return { meaning: undefined, retryReason: error.message };
    throw error;
  }
}
