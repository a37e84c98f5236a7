import { gzipSync } from "node:zlib";

import { MAX_ENCODED_BYTES, type OutgoingMessage } from "../../functions/google/publisher.ts";
import { isCompressed } from "../../functions/messages/message-data.ts";
import { expandLines } from "../../functions/messages/message-origin.ts";
import {
  appendLine,
  appendPosition,
  MAX_VALUE_BYTES,
  positionsOf,
} from "../../functions/records/dead-letter-message.ts";
import { recordsSaid, type DeadLetter } from "./letter.ts";

/** A record of a dead letter. */
export interface LetterRecord {
  readonly bytes: Buffer;
  /** 1-based, in its object; undefined: it has none, or nobody knows. */
  readonly line: number | undefined;
  /** As of DeadRecord (functions/records/dead-record.ts). */
  readonly position?: string | undefined;
}

/** As of the functions' own dead letters. */
const MAX_RECORDS = 1000;
const MAX_BYTES = 1_000_000;
/** What base64 and attributes make of more does not fit a publish request. */
const MAX_PLAIN_BYTES = (MAX_ENCODED_BYTES - 1_000_000) * 0.75;
const LINE_FEED = 0x0a;

/** Attributes that say something of the letter's data, and not of where that is from. */
const OF_DATA = [
  "records",
  "lines",
  "positions",
  "part",
  "parts",
  "bytes",
  "sha256",
  "truncated",
  "offset",
];

/**
 * The records of a letter's data: one alone, which may hold line feeds, or one a line. When there
 * are not as many as it says (somebody has edited it), nobody knows their lines in the object.
 */
export function recordsOf(letter: DeadLetter): readonly LetterRecord[] {
  const { data, attributes } = letter;
  const said = recordsSaid(letter);
  const numbers = attributes["lines"] === undefined ? [] : expandLines(attributes["lines"]);
  const positions = attributes["positions"]?.split(",") ?? [];
  if (said <= 1) return [{ bytes: data, line: numbers[0], position: positions[0] }];
  const lines = splitLines(data);
  if (lines.length === said)
    return lines.map((bytes, at) => ({ bytes, line: numbers[at], position: positions[at] }));
  return lines
    .filter((bytes) => bytes.toString("latin1").trim() !== "")
    .map((bytes) => ({ bytes, line: undefined }));
}

function splitLines(data: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start <= data.length;) {
    const found = data.indexOf(LINE_FEED, start);
    const end = found === -1 ? data.length : found;
    lines.push(data.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/**
 * Records as messages, as many as a dead letter's limits ask for.
 *
 * @param attributes of the letter they are from
 * @returns undefined: a record does not fit into a message, not even compressed
 */
export function toRecordMessages(
  records: readonly LetterRecord[],
  attributes: Readonly<Record<string, string>>,
): readonly OutgoingMessage[] | undefined {
  const common = Object.fromEntries(
    Object.entries(attributes).filter(([key]) => !OF_DATA.includes(key)),
  );
  const hasLines = records.every(({ line }) => line !== undefined);
  const messages = cut(records).map((some): OutgoingMessage | undefined => {
    const data = fitting(joinLines(some));
    const lines = hasLines ? linesOf(some) : "";
    return (
      data && {
        data,
        attributes: {
          ...common,
          records: String(some.length),
          ...(lines !== "" && { lines }),
          ...positionsOf(some),
        },
      }
    );
  });
  return messages.every((message) => message !== undefined) ? messages : undefined;
}

function cut(records: readonly LetterRecord[]): readonly (readonly LetterRecord[])[] {
  const groups: LetterRecord[][] = [];
  let bytes = 0;
  let lines = "";
  let positions = "";
  for (const record of records) {
    const open = groups.at(-1);
    const morePositions = appendPosition(positions, record.position ?? "");
    const longer = record.line === undefined ? "" : appendLine(lines, record.line);
    const isFull =
      open === undefined ||
      open.length >= MAX_RECORDS ||
      bytes + record.bytes.length + 1 > MAX_BYTES ||
      longer.length > MAX_VALUE_BYTES ||
      morePositions.length > MAX_VALUE_BYTES;
    if (isFull) {
      groups.push([record]);
      bytes = 0;
      lines = record.line === undefined ? "" : String(record.line);
      positions = record.position ?? "";
    } else {
      open.push(record);
      lines = longer;
      positions = morePositions;
    }
    bytes += record.bytes.length + 1;
  }
  return groups;
}

function linesOf(records: readonly LetterRecord[]): string {
  return records.reduce((text, { line }) => appendLine(text, line ?? 0), "");
}

function joinLines(records: readonly LetterRecord[]): Buffer {
  const [first, ...more] = records;
  if (first !== undefined && more.length === 0) return first.bytes;
  const text = records.flatMap(({ bytes }, at) => (at === 0 ? [bytes] : [NEWLINE, bytes]));
  return Buffer.concat(text);
}

const NEWLINE = Buffer.from("\n");

/** A large record travels in gzip, which importMessages undoes; one that is compressed cannot. */
export function fitting(data: Buffer): Buffer | undefined {
  if (data.length <= MAX_PLAIN_BYTES) return data;
  if (isCompressed(data)) return undefined;
  const compressed = gzipSync(data, { level: 6 });
  return compressed.length <= MAX_PLAIN_BYTES ? compressed : undefined;
}
