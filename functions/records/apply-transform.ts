import { messageOf } from "../platform/errors.ts";
import { hasLongInteger, parseExactJson, stringifyExactJson } from "../event/exact-json.ts";
import type { Problem } from "../event/problem.ts";
import type { RecordBytes } from "../event/record.ts";
import type { JsonRecord, Transform, TransformContext } from "../event/transform-contract.ts";

/** One result of a transform: the value, and its JSON as `bytes[start, end)`. */
export interface TransformResult {
  readonly value: unknown;
  /** Whether the bytes are the record's own, rather than what JSON.stringify makes of the value. */
  readonly isUnchanged: boolean;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What a transform made of a record; no result means that it left the record out. */
export type TransformedRecord =
  | { readonly kind: "transformed"; readonly results: readonly TransformResult[] }
  | { readonly kind: "unusable"; readonly problem: Problem };

const NOT_JSON: Problem = { reason: "malformed", field: "", error: "not valid JSON" };
const NOT_AN_OBJECT: Problem = { reason: "invalid", field: "", error: "not a JSON object" };

/**
 * Gives `record` to the user's transform. A result that is the record, unchanged, keeps the record's own bytes; any
 * other is serialised, integers beyond 2^53 exactly.
 */
export function applyTransform(
  record: RecordBytes,
  transform: Transform,
  contextOf: () => TransformContext,
): TransformedRecord {
  const { bytes, start, end } = record;
  const text = bytes.toString("utf8", start, end);
  const parsed = parseRecord(text, hasLongInteger(bytes, start, end));
  if (parsed === undefined) return unusable(NOT_JSON);
  if (!isRecord(parsed.value)) return unusable(NOT_AN_OBJECT);
  const { value } = parsed;
  try {
    const members = memberCount(value);
    const results = listOf(transform(value, contextOf()));
    const mayBeUnchanged = memberCount(value) === members;
    const original = mayBeUnchanged ? { value, text, record } : undefined;
    return { kind: "transformed", results: results.map((result) => toBytes(result, original)) };
  } catch (error) {
    // The text of the user's own error; `Problem.error` of a transform goes into the dead letter and nowhere else.
    return unusable({ reason: "transform-failed", field: "", error: textOf(error) });
  }
}

function unusable(problem: Problem): TransformedRecord {
  return { kind: "unusable", problem };
}

/** Anything can be thrown, also what makes reading its message throw. */
function textOf(error: unknown): string {
  try {
    return messageOf(error);
  } catch {
    return "threw something that is no error";
  }
}

/** The record's bytes with line breaks (which JSON allows between tokens only) as spaces: one event is one line. */
export function onOneLine(record: RecordBytes): { bytes: Buffer; start: number; end: number } {
  const { bytes, start, end } = record;
  if (!record.hasLineBreaks) return { bytes, start, end };
  const line = Buffer.from(bytes.subarray(start, end));
  line.forEach((byte, index) => {
    if (byte === 0x0a || byte === 0x0d) line[index] = 0x20;
  });
  return { bytes: line, start: 0, end: line.length };
}

function parseRecord(text: string, mayHaveLongInteger: boolean): { value: unknown } | undefined {
  try {
    return { value: parseExactJson(text, mayHaveLongInteger) };
  } catch {
    return undefined;
  }
}

/** Whether `value` is an object, as a record or an event is. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(result: unknown): readonly unknown[] {
  if (result === null || result === undefined) return [];
  const list: readonly unknown[] = Array.isArray(result) ? result : [result];
  if (!list.some(isThenable)) return list;
  // A promise that nobody listens to would end the process when it is rejected.
  for (const promise of list.filter(isThenable))
    void Promise.resolve(promise).catch(() => undefined);
  throw new TypeError("a transform has to be synchronous");
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isRecord(value) && typeof (value as { then?: unknown }).then === "function";
}

/** What a transform was given. */
interface Original {
  readonly value: JsonRecord;
  readonly text: string;
  readonly record: RecordBytes;
}

/** Members of a record and of its properties: when there are more or fewer than before, something was changed. */
function memberCount(value: JsonRecord): number {
  const { properties } = value;
  const inner = isRecord(properties) ? Object.keys(properties).length : 0;
  return Object.keys(value).length + inner;
}

/** `original` is undefined when it is known to be changed. */
function toBytes(result: unknown, original: Original | undefined): TransformResult {
  if (!isRecord(result))
    return { value: result, isUnchanged: false, bytes: EMPTY, start: 0, end: 0 };
  const text = stringifyExactJson(result);
  if (result === original?.value && isSameJson(text, original))
    return { value: result, isUnchanged: true, ...onOneLine(original.record) };
  const bytes = Buffer.from(text);
  return { value: result, isUnchanged: false, bytes, start: 0, end: bytes.length };
}

const EMPTY = Buffer.alloc(0);

/** Whether `text`, as `stringifyExactJson` writes it, says what the record says. */
function isSameJson(text: string, { text: before, record }: Original): boolean {
  if (text === before) return true;
  const parsed = parseExactJson(before, hasLongInteger(record.bytes, record.start, record.end));
  return isRecord(parsed) && stringifyExactJson(parsed) === text;
}
