import { parseExactJson, stringifyExactJson } from "../functions/event/exact-json.ts";
import { isRecord, type Json, type JsonRecord } from "../functions/event/transform-contract.ts";

/** What became of one member of a record; values are JSON as text. */
export type MemberChange =
  | { readonly kind: "same" | "added" | "removed"; readonly name: string; readonly value: string }
  | {
      readonly kind: "changed";
      readonly name: string;
      readonly before: string;
      readonly value: string;
    };

/** How an event differs from the record it was made of. */
export interface RecordDiff {
  /** Besides `properties`. */
  readonly members: readonly MemberChange[];
  readonly properties: readonly MemberChange[];
}

/**
 * Compares an event with the record it was made of, property by property.
 *
 * @param before JSON of the record
 * @param after JSON of the event
 * @returns undefined when one of them is no object of JSON
 */
export function diffRecord(before: string, after: string): RecordDiff | undefined {
  const from = parseObject(before);
  const to = parseObject(after);
  if (from === undefined || to === undefined) return undefined;
  const { properties: oldProperties, ...oldMembers } = from;
  const { properties: newProperties, ...newMembers } = to;
  // What is no object of properties is a member like any other.
  return {
    members: diffMembers(
      { ...oldMembers, ...unlessObject(oldProperties) },
      { ...newMembers, ...unlessObject(newProperties) },
    ),
    properties: diffMembers(objectOf(oldProperties), objectOf(newProperties)),
  };
}

/** In the order of the event, what is gone before what followed it. */
function diffMembers(before: JsonRecord, after: JsonRecord): MemberChange[] {
  const changes: MemberChange[] = [];
  const removedUpTo = removals(before, after);
  for (const [name, value] of Object.entries(after)) {
    if (Object.hasOwn(before, name)) changes.push(...removedUpTo(name));
    const text = textOf(value);
    const old = Object.hasOwn(before, name) ? textOf(before[name]) : undefined;
    if (old === undefined) changes.push({ kind: "added", name, value: text });
    else if (old === text) changes.push({ kind: "same", name, value: text });
    else changes.push({ kind: "changed", name, before: old, value: text });
  }
  changes.push(...removedUpTo(undefined));
  return changes;
}

/** Gives what was removed before a name of `before`, each once; all that is left for undefined. */
function removals(
  before: JsonRecord,
  after: JsonRecord,
): (name: string | undefined) => MemberChange[] {
  const names = Object.keys(before);
  let next = 0;
  return (name) => {
    const end = name === undefined ? names.length : names.indexOf(name);
    const removed = names.slice(next, end).filter((candidate) => !Object.hasOwn(after, candidate));
    next = Math.max(next, end);
    return removed.map((gone) => ({ kind: "removed", name: gone, value: textOf(before[gone]) }));
  };
}

function parseObject(text: string): JsonRecord | undefined {
  try {
    const value = parseExactJson(text, true);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function unlessObject(value: Json | undefined): JsonRecord {
  return value === undefined || isRecord(value) ? {} : { properties: value };
}

function objectOf(value: Json | undefined): JsonRecord {
  return isRecord(value) ? value : {};
}

const WRAPPER = '{"value":';

function textOf(value: Json | undefined): string {
  return stringifyExactJson({ value: value ?? null }).slice(WRAPPER.length, -1);
}
