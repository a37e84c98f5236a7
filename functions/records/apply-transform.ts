import { hasLongInteger, parseExactJson, stringifyExactJson } from "../event/exact-json.ts";
import { unparsable } from "../event/malformed.ts";
import { NOT_AN_OBJECT, type Problem } from "../event/problem.ts";
import type { RecordBytes } from "../event/record.ts";
import {
  isRecord,
  type JsonRecord,
  type Transform,
  type TransformContext,
} from "../event/transform-contract.ts";
import { THREW_NO_ERROR } from "../event/transform-errors.ts";
import { messageOf } from "../platform/errors.ts";
import { resultsOf } from "./transform-results.ts";

/** One result of a transform: the value, and its JSON as `bytes[start, end)`. */
export interface TransformResult {
  readonly value: JsonRecord;
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

/**
 * Gives `record` to the user's transform. A result that is the record, unchanged, keeps the
 * record's own bytes; any other is serialised, integers beyond 2^53 exactly.
 *
 * @throws whatever the transform throws, or reading what it returned; TypeError when that is no
 *   record
 */
export function applyTransform(
  record: RecordBytes,
  transform: Transform,
  contextOf: () => TransformContext,
): TransformedRecord {
  const { bytes, start, end } = record;
  const text = bytes.toString("utf8", start, end);
  const parsed = parseRecord(text, hasLongInteger(bytes, start, end));
  if (parsed.kind === "unusable") return parsed;
  const { value } = parsed;
  const members = memberCount(value);
  const results = resultsOf(transform(value, contextOf()));
  const mayBeUnchanged = memberCount(value) === members;
  const original = mayBeUnchanged ? { value, text, record } : undefined;
  return { kind: "transformed", results: results.map((result) => toBytes(result, original)) };
}

/** A record of which the transform, or reading what it returned, threw `error`. */
export function transformFailed(error: unknown): Problem {
  // The text of the user's own error goes into the dead letter and nowhere else.
  return { reason: "transform-failed", field: "", error: textOf(error) };
}

/** Anything can be thrown, also what makes reading its message throw. */
function textOf(error: unknown): string {
  try {
    return messageOf(error);
  } catch {
    return THREW_NO_ERROR;
  }
}

/**
 * The record's bytes with line breaks (which JSON allows between tokens only) as spaces: one event
 * is one line.
 */
export function onOneLine(record: RecordBytes): { bytes: Buffer; start: number; end: number } {
  const { bytes, start, end } = record;
  if (!record.hasLineBreaks) return { bytes, start, end };
  const line = Buffer.from(bytes.subarray(start, end));
  line.forEach((byte, index) => {
    if (byte === 0x0a || byte === 0x0d) line[index] = 0x20;
  });
  return { bytes: line, start: 0, end: line.length };
}

type ParsedRecord =
  | { readonly kind: "record"; readonly value: JsonRecord }
  | { readonly kind: "unusable"; readonly problem: Problem };

function parseRecord(text: string, mayHaveLongInteger: boolean): ParsedRecord {
  try {
    const value = parseExactJson(text, mayHaveLongInteger);
    return isRecord(value)
      ? { kind: "record", value }
      : { kind: "unusable", problem: NOT_AN_OBJECT };
  } catch (error) {
    return { kind: "unusable", problem: unparsable(text, error) };
  }
}

/** What a transform was given. */
interface Original {
  readonly value: JsonRecord;
  readonly text: string;
  readonly record: RecordBytes;
}

/**
 * Members of a record and of its properties: when there are more or fewer than before, something
 * was changed.
 */
function memberCount(value: JsonRecord): number {
  const { properties } = value;
  const inner = isRecord(properties) ? Object.keys(properties).length : 0;
  return Object.keys(value).length + inner;
}

/** `original` is undefined when it is known to be changed. */
function toBytes(value: JsonRecord, original: Original | undefined): TransformResult {
  const text = stringifyExactJson(value);
  if (value === original?.value && isSameJson(text, original))
    return { value, isUnchanged: true, ...onOneLine(original.record) };
  const bytes = Buffer.from(text);
  return { value, isUnchanged: false, bytes, start: 0, end: bytes.length };
}

/** Whether `text`, as `stringifyExactJson` writes it, says what the record says. */
function isSameJson(text: string, { text: before, record }: Original): boolean {
  if (text === before) return true;
  const parsed = parseExactJson(before, hasLongInteger(record.bytes, record.start, record.end));
  return isRecord(parsed) && stringifyExactJson(parsed) === text;
}
