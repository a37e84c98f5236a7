import { UnavailableError } from "../platform/errors.ts";
import { mayStart, type Deadline } from "../platform/deadline.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { Destination } from "./destinations/destination.ts";
import type { Evidence } from "./evidence.ts";
import type { Meaning } from "./meaning.ts";
import type { SizeLimit } from "./size-limit.ts";
import { decide, type Verdict } from "./verdict.ts";

/** The way of an instance to one destination, and what it has learned of it. */
export interface Route<Batch> {
  readonly destination: Destination<Batch>;
  /** Of this destination alone: that one endpoint is well says nothing of another. */
  readonly evidence: Evidence;
  readonly sizeLimit: SizeLimit;
  /** The instance's, for all destinations. */
  readonly circuitBreaker: CircuitBreaker;
  readonly now: () => number;
}

/** What is known of a request beside its records. */
export interface RequestContext {
  readonly deadline: Deadline;
  /** The same records were sent before, and something did not add up. */
  readonly isRepeated: boolean;
  /** As of `Circumstances` (`verdict.ts`). */
  readonly isRepeatable: boolean;
  /** Identity events, which Mixpanel refuses as a whole in projects that have no use for them. */
  readonly isIdentity: boolean;
  /** How often Pub/Sub has delivered what the first record came in. */
  readonly deliveryAttempt: number;
}

/** What a request came to; `ordinal` of its response in the evidence. */
export type Asked =
  | { readonly kind: "unsent"; readonly retryReason: string }
  | { readonly kind: "unanswered"; readonly retryReason: string }
  | {
      readonly kind: "answered";
      readonly verdict: Verdict;
      readonly ordinal: number;
      /** Attempts beyond the first. */
      readonly retries: number;
    };

/** Sends one request and decides what its response means for its records. */
export async function ask<Batch>(
  part: Batch,
  context: RequestContext,
  route: Route<Batch>,
): Promise<Asked> {
  const { destination, circuitBreaker, now } = route;
  const isInTime = mayStart(context.deadline, now());
  const reason = circuitBreaker.reason() ?? (isInTime ? undefined : "out of time");
  if (reason !== undefined) return { kind: "unsent", retryReason: reason };
  try {
    const response = await destination.post(part, context.deadline);
    const meaning = destination.interpret(response, part);
    return {
      kind: "answered",
      ...judge(meaning, part, context, route),
      retries: response.attempts - 1,
    };
  } catch (error) {
    if (error instanceof UnavailableError)
      return { kind: "unanswered", retryReason: error.message };
    throw error;
  }
}

/** Whoever was accepted within this time passes: the credentials are good. */
const RECENTLY_MS = 60_000;

function judge<Batch>(
  meaning: Meaning,
  part: Batch,
  context: RequestContext,
  route: Route<Batch>,
): { readonly verdict: Verdict; readonly ordinal: number } {
  const { destination, evidence, sizeLimit } = route;
  const ordinal = record(meaning, part, route);
  const bytes = destination.bytesOf(part);
  const verdict = decide(meaning, {
    events: destination.lengthOf(part),
    bytes,
    isRepeated: context.isRepeated,
    isRepeatable: context.isRepeatable,
    isIdentity: context.isIdentity,
    isMixpanelWell: isWell(meaning, part, ordinal, context, route),
    acceptsOthers: evidence.sinceAcceptedMs() <= RECENTLY_MS,
    largestAccepted: evidence.largestAccepted(),
    deliveryAttempt: context.deliveryAttempt,
  });
  if (verdict.kind === "split") sizeLimit.refused(bytes, verdict.namedLimit);
  return { verdict, ordinal };
}

/** Puts the response into the evidence; its ordinal there. */
function record<Batch>(
  meaning: Meaning,
  part: Batch,
  { destination, evidence, sizeLimit }: Route<Batch>,
): number {
  if (meaning.kind !== "too-large") sizeLimit.passed();
  if (isRefusal(meaning)) return evidence.refused();
  if (meaning.kind !== "imported") return evidence.ordinal();
  if (meaning.rows.length < destination.lengthOf(part))
    evidence.accepted(destination.bytesOf(part));
  return evidence.ordinal();
}

/**
 * In the evidence, identity events that are refused as a whole are one: it is the kind that is
 * refused.
 */
const IDENTITY_EVENTS = Buffer.from("identity events");

/**
 * Whether another record was accepted after this one, which is alone, was first refused alone. What
 * must not be sent again is refused once: then it counts that others passed lately, and that
 * Mixpanel itself says so in its words, which no proxy does.
 */
function isWell<Batch>(
  meaning: Meaning,
  part: Batch,
  ordinal: number,
  { isIdentity, isRepeatable }: RequestContext,
  { destination, evidence }: Route<Batch>,
): boolean {
  if (!isRefusal(meaning)) return false;
  if (!isRepeatable) return isInOwnWords(meaning) && evidence.sinceAcceptedMs() <= RECENTLY_MS;
  const isAlone = destination.lengthOf(part) === 1;
  if (!isAlone && !isIdentity) return false;
  const refused = isAlone ? destination.fingerprintOf(part) : IDENTITY_EVENTS;
  return evidence.acceptedSince(evidence.refusedAlone(refused, ordinal));
}

/** What neither accepts nor refuses says nothing of the record. */
function isRefusal({ kind }: Meaning): boolean {
  return kind !== "imported" && kind !== "unconfirmed" && kind !== "unknown";
}

function isInOwnWords({ kind }: Meaning): boolean {
  return kind === "unexplained" || kind === "miscounted";
}
