import zlib from "node:zlib";

import type { Problem } from "../event/problem.ts";

/** A message of gzip may decompress to this much; Pub/Sub itself takes 10 MB a message. */
const MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024;

/** What records without data are made of: a transform sees the attributes. */
const EMPTY_RECORD = Buffer.from("{}");

/** A message's data as its records are read from it. */
export type MessageData =
  | { readonly kind: "contents"; readonly bytes: Buffer }
  /** Gzip that cannot be read: one record, the bytes as they came. */
  | { readonly kind: "unreadable"; readonly bytes: Buffer; readonly problem: Problem };

const DAMAGED: Problem = { reason: "malformed", field: "", error: "damaged gzip" };
const TOO_LARGE: Problem = {
  reason: "too-large",
  field: "",
  error: "larger than 64 MiB when decompressed",
};

/**
 * The contents of a message: gzip, told by its first bytes, is decompressed; a message of
 * attributes only is one empty record. At most 64 MiB.
 */
export function readMessageData(
  data: Buffer,
  attributes: Readonly<Record<string, string>>,
): MessageData {
  if (data.length === 0)
    return {
      kind: "contents",
      bytes: Object.keys(attributes).length > 0 ? EMPTY_RECORD : data,
    };
  // https://www.rfc-editor.org/rfc/rfc1952#section-2.3
  if (data[0] !== 0x1f || data[1] !== 0x8b) return { kind: "contents", bytes: data };
  try {
    const bytes = zlib.gunzipSync(data, { maxOutputLength: MAX_DECOMPRESSED_BYTES });
    return { kind: "contents", bytes };
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    return { kind: "unreadable", bytes: data, problem: isTooLarge ? TOO_LARGE : DAMAGED };
  }
}
