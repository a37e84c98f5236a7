import { MAX_EVENT_BYTES } from "../../event/limits.ts";
import { TOO_LARGE } from "../../event/problem.ts";
import { trimEnd, type JsonPlace, type RecordBytes } from "../../event/record.ts";
import { OVERSIZED_HEAD_BYTES } from "../ndjson/lines.ts";
import type { UnusableRecord } from "../record-block.ts";
import type { PlaceInJson } from "./chunk-view.ts";

/** A value may be as long as an event, and some white space within it. */
const MAX_VALUE_BYTES = MAX_EVENT_BYTES + 64 * 1024;

/** A value whose end has not been found yet. */
export interface OpenValue {
  readonly offset: number;
  readonly line: number;
  readonly json: JsonPlace;
  /** Of the chunks before this one; only the head when it is too long. */
  pieces: Buffer[];
  /** Bytes in chunks before this one. */
  length: number;
  /** How often it was parsed to find out whether it is JSON so far. */
  looks: number;
}

/** Makes a value that begins in this chunk. */
export function newValue({ offset, line, json }: PlaceInJson): OpenValue {
  return { offset, line, json, pieces: [], length: 0, looks: 0 };
}

/**
 * Keeps what a chunk has of the value. Past the limit only the head is kept, so that a file that
 * never closes a value cannot fill the memory.
 */
export function keepPiece(value: OpenValue, piece: Buffer): void {
  const wasOversized = value.length > MAX_VALUE_BYTES;
  value.length += piece.length;
  if (wasOversized) return;
  value.pieces.push(piece);
  if (value.length > MAX_VALUE_BYTES)
    value.pieces = [Buffer.concat(value.pieces).subarray(0, OVERSIZED_HEAD_BYTES)];
}

/** The record of a value that ends in `chunk`, of which it has `chunk[start, end)`. */
export function closeValue(
  value: OpenValue,
  { chunk, start, end }: { readonly chunk: Buffer; readonly start: number; readonly end: number },
  hasLineBreaks: boolean,
): RecordBytes | UnusableRecord {
  const { offset, line, json, pieces } = value;
  const length = value.length + end - start;
  if (length > MAX_VALUE_BYTES) {
    const head =
      value.length > MAX_VALUE_BYTES
        ? (pieces[0] ?? Buffer.alloc(0))
        : Buffer.concat([...pieces, chunk.subarray(start, end)]);
    return {
      problem: TOO_LARGE,
      head: Buffer.from(head.subarray(0, OVERSIZED_HEAD_BYTES)),
      length,
      offset,
      line,
      json,
    };
  }
  if (pieces.length === 0)
    return trimmed({ bytes: chunk, start, end, offset, line, hasLineBreaks, json });
  const bytes = Buffer.concat([...pieces, chunk.subarray(start, end)], length);
  return trimmed({ bytes, start: 0, end: length, offset, line, hasLineBreaks, json });
}

/** How often a value is parsed to find out whether it is JSON so far. */
const MAX_LOOKS = 16;

/**
 * Whether the value, of which this chunk has `piece`, is JSON when `closing` is behind it, without
 * a comma at its end. Not looked at on and on, nor when it is too long: then it may be.
 */
export function mayBeJson(value: OpenValue, piece: Buffer, closing: string): boolean {
  if (value.looks++ >= MAX_LOOKS || value.length > MAX_VALUE_BYTES) return true;
  const text = Buffer.concat([...value.pieces, piece]).toString("latin1");
  try {
    JSON.parse(text.replace(/[,\s]+$/, "") + closing);
    return true;
  } catch {
    return false;
  }
}

/** Of a value that was broken off, white space is left over at the end. */
function trimmed(record: RecordBytes): RecordBytes {
  return { ...record, end: trimEnd(record.bytes, record.start, record.end) };
}
