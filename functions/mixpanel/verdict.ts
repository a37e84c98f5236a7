import type { Problem } from "../event/problem.ts";
import type { FailedRow, Meaning } from "./meaning.ts";
import { MIN_LIMIT_BYTES } from "./size-limit.ts";

/** What is known beside a response when it is decided what follows from it. */
export interface Circumstances {
  /** Events, or updates, of the request. */
  readonly events: number;
  /** Uncompressed bytes of the request. */
  readonly bytes: number;
  /** The same events were sent before, and something did not add up. */
  readonly isRepeated: boolean;
  /** Sent once more, the records come to the same: all but some updates of profiles. */
  readonly isRepeatable: boolean;
  /** Identity events, which Mixpanel refuses as a whole in projects that have no use for them. */
  readonly isIdentity: boolean;
  /**
   * Another event was accepted by the same instance after this one (for a single event) was first
   * refused alone: then Mixpanel is well, and it is the event that it refuses.
   */
  readonly isMixpanelWell: boolean;
  /** Something was accepted in the last minute. */
  readonly acceptsOthers: boolean;
  /** Bytes of the largest request that was ever accepted. */
  readonly largestAccepted: number;
  /** How often Pub/Sub has delivered what the events came in. */
  readonly deliveryAttempt: number;
}

/**
 * What follows from a response for the events of its request.
 *
 * - `settle`: `rows` are rejected, everything else is imported.
 * - `resend`: `rows` are rejected; the others are sent once more.
 * - `unconfirmed`: nobody knows whether all are stored, and to ask again would not tell.
 * - `split`: too many bytes: both halves are sent.
 * - `suspect`: `rows` are rejected; among the others there is one that Mixpanel refuses, or it is
 *   not well: that is to be found out (`bisect.ts`).
 * - `give-up`: the one event is dead-lettered.
 * - `wait`: not now: everything is sent again later.
 * - `pause`: nobody's events pass before a person has acted: the token is refused.
 */
export type Verdict =
  | { readonly kind: "settle"; readonly rows: readonly FailedRow[] }
  | { readonly kind: "resend"; readonly rows: readonly FailedRow[] }
  | { readonly kind: "unconfirmed" }
  | { readonly kind: "split"; readonly namedLimit: number | undefined }
  | { readonly kind: "suspect"; readonly rows: readonly FailedRow[]; readonly suspicion: Suspicion }
  | { readonly kind: "give-up"; readonly problem: Problem }
  | { readonly kind: "wait"; readonly retryReason: string }
  | { readonly kind: "pause"; readonly status: number };

/** Why some events are refused, when no row names them. */
export interface Suspicion {
  readonly problem: Problem;
  /** 403: it may be the credentials that are refused. */
  readonly mayBeCredentials: boolean;
}

/**
 * From this delivery on (Pub/Sub has come back for hours) an event that is refused alone is given
 * up even though nothing else was accepted: a file of nothing but such events would otherwise never
 * end.
 */
export const LAST_DELIVERY_ATTEMPT = 20;

/** The events are sent again; what Mixpanel said is in no log. */
export const REFUSES_EVERYTHING = "Mixpanel refuses whatever it is sent";

const NOT_IMPORTED = rejection("accepted but not imported");
const TOO_LARGE: Problem = {
  reason: "too-large",
  field: "",
  error: "larger than Mixpanel takes in one request",
};

/**
 * The one table of decisions: evidence in, verdict out. Nothing is given up without evidence that
 * Mixpanel is well: a row that names the event, or another event that it accepted meanwhile.
 */
export function decide(meaning: Meaning, at: Circumstances): Verdict {
  switch (meaning.kind) {
    case "imported":
      return { kind: "settle", rows: meaning.rows };
    case "miscounted":
      return decideMiscounted(meaning, at);
    case "unconfirmed":
      return { kind: "unconfirmed" };
    case "unexplained":
      return decideUnexplained(meaning, at);
    case "too-large":
      return decideTooLarge(meaning.limit, at);
    case "credentials":
      return decideCredentials(meaning.status, at);
    case "refused":
      return suspect([], rejection(`refused with ${meaning.status}`), at);
    case "unknown":
      return { kind: "wait", retryReason: `Mixpanel responded with ${meaning.status}` };
  }
}

function decideMiscounted(
  { rows, imported }: Extract<Meaning, { kind: "miscounted" }>,
  at: Circumstances,
): Verdict {
  // Some of them are stored, and to send those again would change them again.
  if (!at.isRepeatable && imported !== 0) return { kind: "unconfirmed" };
  if (at.isRepeatable && !at.isRepeated && at.events > rows.length) return { kind: "resend", rows };
  if (at.events > 1 || imported === 0) return suspect(rows, NOT_IMPORTED, at);
  return { kind: "wait", retryReason: "Mixpanel's count makes no sense" };
}

function decideUnexplained(
  { rows, error, isWhole, imported = 0 }: Extract<Meaning, { kind: "unexplained" }>,
  at: Circumstances,
): Verdict {
  // Some of them are stored, and to send those again would change them again.
  if (!at.isRepeatable && imported > 0) return { kind: "unconfirmed" };
  // Refused, and counted as stored: both are said of the one.
  if (at.events === 1 && imported > 0) return { kind: "unconfirmed" };
  // Without the named ones the others may pass: they are sent once before they are bisected.
  if (rows.length > 0 && !at.isRepeated) return { kind: "resend", rows };
  // A refusal of identity events names none because it means them all: bisecting them finds nothing
  // else.
  if (at.isIdentity && isWhole && mayGiveUp(at))
    return { kind: "settle", rows: allRows(at.events, error) };
  return suspect(rows, rejection(error), at);
}

function decideTooLarge(limit: number | undefined, at: Circumstances): Verdict {
  if (at.events > 1 && at.bytes > MIN_LIMIT_BYTES) return { kind: "split", namedLimit: limit };
  const isProven =
    limit !== undefined &&
    limit >= MIN_LIMIT_BYTES &&
    at.bytes > limit &&
    at.largestAccepted <= limit;
  if (at.events === 1 && isProven) return { kind: "give-up", problem: TOO_LARGE };
  return suspect([], TOO_LARGE, at);
}

function decideCredentials(status: number, at: Circumstances): Verdict {
  // A firewall refuses contents with 403: the credentials are in doubt only while nothing else
  // passes.
  if (status === 401 || (at.events === 1 && !at.acceptsOthers && !mayGiveUp(at)))
    return { kind: "pause", status };
  return suspect([], rejection(`refused with ${status}`), at, status === 403);
}

/**
 * A refusal that names nobody: of one event it may be the last word, of several it has to be
 * bisected.
 */
function suspect(
  rows: readonly FailedRow[],
  problem: Problem,
  at: Circumstances,
  mayBeCredentials = false,
): Verdict {
  if (at.events === 1 && mayGiveUp(at)) return { kind: "give-up", problem };
  // What must not be sent again cannot be bisected: they are given up together.
  if (!at.isRepeatable && mayGiveUp(at))
    return { kind: "settle", rows: allRows(at.events, problem.error) };
  return { kind: "suspect", rows, suspicion: { problem, mayBeCredentials } };
}

function mayGiveUp({ isMixpanelWell, deliveryAttempt }: Circumstances): boolean {
  return isMixpanelWell || deliveryAttempt >= LAST_DELIVERY_ATTEMPT;
}

function allRows(events: number, error: string): readonly FailedRow[] {
  return Array.from({ length: events }, (_, index) => ({ index, field: "", error }));
}

function rejection(error: string): Problem {
  return { reason: "rejected", field: "", error };
}
