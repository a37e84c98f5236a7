import type { Operator, ProfileKind } from "../event/profile-update.ts";
import type { ScannedEvent } from "./event-scanner.ts";

/** What the bytes tell of an update of a profile that need not be parsed: it passes every check. */
export interface ScannedUpdate {
  /** Nothing is said about whether the stack allows it. */
  readonly operator: Operator;
  readonly profileKind: ProfileKind;
  /** Whether it says where it comes from: `$ip`. */
  readonly hasIp: boolean;
  /** Of its profile, from the bytes of its id, which are ASCII: as `laneOf` says. */
  readonly lane: number;
}

/** As in assembly/update.ts, and in its order. */
const OPERATORS = ["$set", "$set_once", "$union", "$remove"] as const;
const OPERATOR_BITS = 15;
const IS_OF_GROUP = 16;
const HAS_ADDRESS = 32;
const LANE_SHIFT = 16;

/** Whether it is an update, not an event. */
export function isUpdate(scanned: ScannedEvent | ScannedUpdate): scanned is ScannedUpdate {
  return "operator" in scanned;
}

/** What the flags of the scanner say of an update. */
export function updateOfFlags(flags: number): ScannedUpdate | undefined {
  const operator = OPERATORS[(flags & OPERATOR_BITS) - 1];
  if (operator === undefined) return undefined;
  return {
    operator,
    profileKind: (flags & IS_OF_GROUP) === 0 ? "profiles" : "groups",
    hasIp: (flags & HAS_ADDRESS) !== 0,
    lane: flags >>> LANE_SHIFT,
  };
}
