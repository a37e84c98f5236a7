import type { JsonRecord, Transform } from "../event/transform-contract.ts";
import { matchNames, type NamePattern } from "./name-pattern.ts";
import { checkNamePatterns, checkSome } from "./step-arguments.ts";

/**
 * Keeps the events with these names and leaves all others out (they are counted as `dropped`).
 *
 * @example keepEvents("Signed Up", /^Order /)
 */
export function keepEvents(...names: readonly NamePattern[]): Transform {
  checkSome("keepEvents", "name", names);
  checkNamePatterns("keepEvents", names);
  const matches = matchNames(names);
  return (record) => (matches(nameOf(record)) ? record : null);
}

/**
 * Leaves the events with these names out (they are counted as `dropped`).
 *
 * @example dropEvents("Heartbeat", /^debug_/)
 */
export function dropEvents(...names: readonly NamePattern[]): Transform {
  checkNamePatterns("dropEvents", names);
  const matches = matchNames(names);
  return (record) => (matches(nameOf(record)) ? null : record);
}

/** A record without a name is no event, and must not be left out unseen. */
function nameOf(record: JsonRecord): string {
  const name = record["event"];
  if (typeof name !== "string") throw new Error("the record has no event name");
  return name;
}
