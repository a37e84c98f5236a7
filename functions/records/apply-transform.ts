import { messageOf } from "../errors.ts";
import { parseExactJson, stringifyExactJson } from "./exact-json.ts";
import type { Problem } from "./problem.ts";
import type { RecordBytes } from "./record.ts";
import type { JsonRecord, Transform, TransformContext } from "./transform-contract.ts";

/** One result of a transform: the value, and its JSON as `bytes[start, end)`. */
export interface TransformResult {
  readonly value: unknown;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What a transform made of a record; no result means that it left the record out. */
export interface TransformResults {
  readonly results: readonly TransformResult[];
}

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
): TransformResults | Problem {
  const text = record.bytes.toString("utf8", record.start, record.end);
  const parsed = parseRecord(text);
  if (parsed === undefined) return NOT_JSON;
  if (!isRecord(parsed.value)) return NOT_AN_OBJECT;
  const { value } = parsed;
  try {
    const results = listOf(transform(value, contextOf()));
    return { results: results.map((result) => toBytes(result, value, text, record)) };
  } catch (error) {
    // The text of the user's own error; `Problem.error` of a transform goes into the dead letter and nowhere else.
    return { reason: "transform-failed", field: "", error: textOf(error) };
  }
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

function parseRecord(text: string): { value: unknown } | undefined {
  try {
    return { value: parseExactJson(text) };
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(result: unknown): readonly unknown[] {
  if (result === null || result === undefined) return [];
  const list: readonly unknown[] = Array.isArray(result) ? result : [result];
  const promises = list.filter(isThenable);
  // A promise that nobody listens to would end the process when it is rejected.
  for (const promise of promises) void Promise.resolve(promise).catch(() => undefined);
  if (promises.length > 0) throw new TypeError("a transform has to be synchronous");
  return list;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isRecord(value) && typeof Reflect.get(value, "then") === "function";
}

function toBytes(
  result: unknown,
  parsed: JsonRecord,
  original: string,
  record: RecordBytes,
): TransformResult {
  if (!isRecord(result)) return { value: result, bytes: EMPTY, start: 0, end: 0 };
  const text = stringifyExactJson(result);
  if (result === parsed && isSameJson(text, original))
    return { value: result, ...onOneLine(record) };
  const bytes = Buffer.from(text);
  return { value: result, bytes, start: 0, end: bytes.length };
}

const EMPTY = Buffer.alloc(0);

/** Whether `text`, as `stringifyExactJson` writes it, says what `original` says. */
function isSameJson(text: string, original: string): boolean {
  if (text === original) return true;
  const parsed = parseExactJson(original);
  return isRecord(parsed) && stringifyExactJson(parsed) === text;
}
