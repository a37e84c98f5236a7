import { hash } from "node:crypto";

import { cutToBytes } from "../event/utf8.ts";
import type { OutgoingMessage } from "../google/publisher.ts";
import type { DeadLetterOrigin, DeadRecord } from "./dead-record.ts";

/** Version of the dead letter's format. */
const VERSION = "1";

/**
 * https://cloud.google.com/pubsub/quotas#resource_limits: an attribute's value has at most 1,024
 * bytes, its key 256.
 */
export const MAX_VALUE_BYTES = 1024;
const MAX_KEY_BYTES = 256;
/** A message has at most 100 attributes; what we add ourselves needs 20 at most. */
const MAX_ORIGINAL_ATTRIBUTES = 80;

/**
 * Most data of one message: as base64 8 MB, which leaves a megabyte of a publish request for the
 * attributes (128 kB, should they consist of control characters six times as much in JSON).
 */
const MAX_DATA_BYTES = 6_000_000;

/**
 * The dead letter of records with one problem: one message, or several with the parts of one large
 * record.
 */
export function toMessages(
  records: readonly DeadRecord[],
  origin: DeadLetterOrigin,
  contents: "bytes" | "reference",
): readonly OutgoingMessage[] {
  const attributes = {
    ...originalAttributes(origin.original),
    ...fitValues(ownAttributes(records, origin)),
  };
  const data = contents === "bytes" ? joinLines(records) : Buffer.alloc(0);
  return data.length <= MAX_DATA_BYTES ? [{ data, attributes }] : toParts(data, attributes);
}

/**
 * Parts that can be put together: in the order of `part`, those with one `sha256`, which is that of
 * the whole.
 */
function toParts(
  data: Buffer,
  attributes: Readonly<Record<string, string>>,
): readonly OutgoingMessage[] {
  const parts = Math.ceil(data.length / MAX_DATA_BYTES);
  const whole = {
    parts: String(parts),
    bytes: String(data.length),
    sha256: hash("sha256", data, "hex"),
  };
  return Array.from({ length: parts }, (_value, index) => ({
    data: data.subarray(index * MAX_DATA_BYTES, (index + 1) * MAX_DATA_BYTES),
    attributes: {
      ...attributes,
      ...whole,
      part: String(index + 1),
      // Whoever adds them up must count the record once.
      records: index === 0 ? "1" : "0",
    },
  }));
}

function ownAttributes(
  records: readonly DeadRecord[],
  origin: DeadLetterOrigin,
): Readonly<Record<string, string>> {
  const [first] = records;
  const problem = first?.problem;
  return {
    version: VERSION,
    reason: problem?.reason ?? "",
    field: problem?.field ?? "",
    error: problem?.error ?? "",
    records: String(records.length),
    source: origin.source,
    ...origin.attributes,
    replays: String(origin.replays),
    ...(origin.hasLines && {
      lines: records.reduce((text, { line }) => appendLine(text, line), ""),
    }),
    ...positionsOf(records),
    ...(first?.cut !== undefined && {
      truncated: "true",
      offset: String(first.cut.offset),
      bytes: String(first.cut.bytes),
    }),
  };
}

/** The places of the records, in their order, when those of all are known. */
export function positionsOf(records: readonly Pick<DeadRecord, "position">[]): {
  readonly positions?: string;
} {
  const known = records.flatMap(({ position }) => position ?? []);
  if (known.length < records.length || known.length === 0) return {};
  return { positions: known.reduce(appendPosition, "") };
}

/** `17` and `402` give `17,402`. */
export function appendPosition(positions: string, position: string): string {
  return positions === "" ? position : `${positions},${position}`;
}

/** `3,7-9` and 10 give `3,7-10`. Lines come in ascending order. */
export function appendLine(lines: string, line: number): string {
  const [range = "", from = "", to = from] = /(\d+)(?:-(\d+))?$/.exec(lines) ?? [];
  if (range === "") return String(line);
  if (line !== Number(to) + 1) return `${lines},${line}`;
  return `${lines.slice(0, -range.length)}${from}-${line}`;
}

function joinLines(records: readonly DeadRecord[]): Buffer {
  const [first, ...more] = records;
  if (first !== undefined && more.length === 0) return first.bytes;
  const newline = Buffer.from("\n");
  return Buffer.concat(
    records.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [newline, bytes])),
  );
}

function fitValues(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, cutToBytes(value, MAX_VALUE_BYTES)]),
  );
}

/** As `original.<key>`, so that a replay can give them back; as many as fit. */
function originalAttributes(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(attributes)
    .map(([key, value]) => [`original.${key.toWellFormed()}`, value] as const)
    .filter(([key]) => Buffer.byteLength(key) <= MAX_KEY_BYTES)
    .slice(0, MAX_ORIGINAL_ATTRIBUTES);
  return fitValues(Object.fromEntries(kept));
}
