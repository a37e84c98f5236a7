import { sortOf } from "../event/profile-rules.ts";
import type { JsonRecord, Transform } from "../event/transform-contract.ts";
import { matchNames, type NamePattern } from "./name-pattern.ts";
import { checkNamePatterns, checkSome } from "./step-arguments.ts";

/**
 * Keeps the events with these names and leaves all others out (they are counted as `dropped`).
 * Updates of profiles are no events, and are kept.
 *
 * @example keepEvents("Signed Up", /^Order /)
 */
export function keepEvents(...names: readonly NamePattern[]): Transform {
  checkSome("keepEvents", "name", names);
  checkNamePatterns("keepEvents", names);
  const matches = matchNames(names);
  return (record) => (isUpdate(record) || matches(nameOf(record)) ? record : null);
}

/**
 * Leaves the events with these names out (they are counted as `dropped`).
 *
 * @example dropEvents("Heartbeat", /^debug_/)
 */
export function dropEvents(...names: readonly NamePattern[]): Transform {
  checkNamePatterns("dropEvents", names);
  const matches = matchNames(names);
  return (record) => (!isUpdate(record) && matches(nameOf(record)) ? null : record);
}

/** An update of a profile is no event, and goes through. */
function isUpdate(record: JsonRecord): boolean {
  return sortOf(record) === "update";
}

/** A record without a name is no event, and must not be left out unseen. */
function nameOf(record: JsonRecord): string {
  const name = record["event"];
  if (typeof name !== "string") throw new Error("the record has no event name");
  return name;
}
