import { TRANSFORM_ERRORS } from "./transform-errors.ts";

/**
 * Why a record, or a whole object, is in the dead-letter topic. Part of the contract of a dead
 * letter.
 */
export type Reason =
  | "malformed"
  | "invalid"
  | "transform-failed"
  | "rejected"
  | "quarantined"
  | "unreadable"
  | "too-large";

/**
 * What is wrong with a record. Our own checks use a fixed vocabulary for `error`, without positions
 * or values, so that equal problems are counted and dead-lettered together; `field` is "" where no
 * field is to blame.
 */
export interface Problem {
  readonly reason: Reason;
  readonly field: string;
  readonly error: string;
}

/** Of a record or an event that is longer than Mixpanel takes. */
export const TOO_LARGE: Problem = { reason: "too-large", field: "", error: "larger than 1 MB" };

export const NOT_AN_OBJECT: Problem = { reason: "invalid", field: "", error: "not a JSON object" };

/**
 * Whether `error` is of our own vocabulary, which says nothing about contents: it may stand in logs
 * and receipts, unlike the texts of Mixpanel and of transforms.
 */
export function isOwnError({ reason, error }: Problem): boolean {
  if (reason === "transform-failed") return TRANSFORM_ERRORS.has(error);
  return reason !== "rejected";
}
