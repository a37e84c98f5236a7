import type { RecordBytes } from "./record.ts";

/** What profile updates are about: users (/engage), or groups such as companies (/groups). */
export const PROFILE_KINDS = ["profiles", "groups"] as const;
export type ProfileKind = (typeof PROFILE_KINDS)[number];

/**
 * What an update does with the properties of a profile.
 * https://docs.mixpanel.com/docs/data-structure/user-profiles#operations
 */
export const OPERATORS = [
  "$set",
  "$set_once",
  "$add",
  "$append",
  "$union",
  "$remove",
  "$unset",
  "$delete",
] as const;
export type Operator = (typeof OPERATORS)[number];

/**
 * The operators that are sent unless the stack says otherwise: `$add` and `$append` change a
 * profile once more when they are delivered once more, `$unset` and `$delete` destroy.
 */
export const DEFAULT_OPERATORS: readonly Operator[] = ["$set", "$set_once", "$union", "$remove"];

/**
 * Operators that leave a profile as it is when the same updates are sent once more, in their order.
 * `$remove` is none of them: whether it takes one or all of equal values is not documented.
 */
export const REPEATABLE_OPERATORS: ReadonlySet<Operator> = new Set([
  "$set",
  "$set_once",
  "$union",
  "$unset",
]);

/**
 * Operators that add once more when all updates of a profile are sent once more in their order.
 * After any others the profile is what it was.
 */
export const ACCUMULATING_OPERATORS: ReadonlySet<Operator> = new Set(["$add", "$append"]);

/** Groups do not have them: https://docs.mixpanel.com/docs/data-structure/user-profiles */
export const OPERATORS_WITHOUT_GROUPS: ReadonlySet<Operator> = new Set(["$add", "$append"]);

/**
 * Lanes of a kind: updates of one profile are in one lane, and a lane has one request in flight.
 * Many more than updates in flight, so that hardly any waits for another profile's; as many as
 * sixteen bits tell apart (scan/assembly/update.ts).
 */
export const LANES = 0x10000;

/** An update as it will be sent, but for the project's token: the object `bytes[start, end)`. */
export interface ProfileUpdate {
  readonly kind: ProfileKind;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Equal for all updates of one profile, from 0; below LANES. */
  readonly lane: number;
  /** Whether it may be sent again without another outcome (`REPEATABLE_OPERATORS`). */
  readonly isRepeatable: boolean;
  /** Whether it says where it comes from: `$ip`. */
  readonly hasIp: boolean;
  readonly record: RecordBytes;
}
