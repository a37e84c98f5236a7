import { MAX_EVENT_BYTES } from "../event/limits.ts";
import type { Problem } from "../event/problem.ts";
import { trimStart } from "../event/record.ts";
import { CorruptDataError } from "../reading/corrupt-data.ts";
import { decompressorOf } from "../reading/decompress.ts";
import { isGzip } from "../reading/gzip-header.ts";
import { foreignData } from "./foreign-data.ts";
import { messageRecords } from "./message-records.ts";

/** A compressed message may decompress to this much. */
const MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024;

/**
 * Pub/Sub itself takes 10 MB a message (https://cloud.google.com/pubsub/quotas#resource_limits):
 * these are the most records that they can be. Of ten times as many, in gzip of 64 KiB, no run
 * would come to the end.
 */
const MAX_PLAIN_BYTES = 10 * MAX_EVENT_BYTES;
const MAX_RECORDS = MAX_PLAIN_BYTES / 2;

/** What records without data are made of: a transform sees the attributes. */
const EMPTY_RECORD = Buffer.from("{}");

interface Contents {
  readonly kind: "contents";
  readonly bytes: Buffer;
}

/** A message's data as its records are read from it. */
export type MessageData =
  | Contents
  /** What cannot be read, as it is known beforehand: one record, the bytes as they came. */
  | { readonly kind: "unreadable"; readonly bytes: Buffer; readonly problem: Problem }
  /** There is no room for it beside others. */
  | { readonly kind: "too-much" };

const TOO_LARGE: Problem = {
  reason: "too-large",
  field: "",
  error: "larger than 64 MiB when decompressed",
};
const TOO_MANY: Problem = {
  reason: "too-large",
  field: "",
  error: "more than 5 million records when decompressed",
};

/** Whether the data are gzip or zstd, which `decompressData` reads: told by the first bytes. */
export function isCompressed(data: Buffer): boolean {
  return decompressorOf(data) !== undefined;
}

/**
 * The contents of data that are not compressed. Without any, or of blanks, a message is one empty
 * record when it has attributes.
 */
export function readData(
  data: Buffer,
  attributes: Readonly<Record<string, string>>,
): Exclude<MessageData, { readonly kind: "too-much" }> {
  const problem = foreignData(data, attributes);
  return problem === undefined
    ? contentsOf(data, attributes)
    : { kind: "unreadable", bytes: data, problem };
}

function contentsOf(data: Buffer, attributes: Readonly<Record<string, string>>): Contents {
  const isEmpty = trimStart(data, 0, data.length) === data.length;
  const bytes = isEmpty && Object.keys(attributes).length > 0 ? EMPTY_RECORD : data;
  return { kind: "contents", bytes };
}

/**
 * The contents of gzip or zstd, of any number of members, or frames (those of gzip with white space
 * or zeros between them): at most 64 MiB.
 *
 * @param hold holds room for so many bytes in all; false when there is none
 */
export async function decompressData(
  data: Buffer,
  attributes: Readonly<Record<string, string>>,
  hold: (bytes: number) => boolean,
): Promise<MessageData> {
  const unreadable = (problem: Problem): MessageData => ({
    kind: "unreadable",
    bytes: data,
    problem,
  });
  const decompress = decompressorOf(data);
  if (decompress === undefined) return readData(data, attributes);
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of decompress(wholly(data), () => undefined)) {
      length += piece.length;
      if (length > MAX_DECOMPRESSED_BYTES) return unreadable(TOO_LARGE);
      if (!hold(length)) return { kind: "too-much" };
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof CorruptDataError) return unreadable(damaged(data));
    throw error;
  }
  const bytes = Buffer.concat(pieces, length);
  const problem = foreignData(bytes, attributes);
  if (problem !== undefined) return unreadable(problem);
  return hasTooManyRecords(bytes) ? unreadable(TOO_MANY) : contentsOf(bytes, attributes);
}

function damaged(data: Buffer): Problem {
  const error = isGzip(data) ? "damaged gzip" : "damaged zstd";
  return { reason: "malformed", field: "", error };
}

async function* wholly(data: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield data;
}

function hasTooManyRecords(contents: Buffer): boolean {
  if (contents.length <= MAX_PLAIN_BYTES) return false;
  for (const { line } of messageRecords(contents)) if (line > MAX_RECORDS) return true;
  return false;
}
