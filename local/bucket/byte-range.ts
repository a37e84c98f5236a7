import { BucketError } from "./bucket-error.ts";

/** A part of an object: `start` inclusive, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header for an object of `size` bytes: `bytes=a-b`, `bytes=a-` or `bytes=-n`.
 * Undefined = the whole object: no header, several ranges or a malformed one
 * (https://www.rfc-editor.org/rfc/rfc9110#section-14.2).
 *
 * @throws BucketError 416 when no byte of the object is in the range
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec((header ?? "").trim());
  const [first, last] = [found?.[1] ?? "", found?.[2] ?? ""];
  if (first === "" && last === "") return undefined;
  if (first === "") return satisfiable(Math.max(0, size - Number(last)), size, size);
  if (last !== "" && Number(last) < Number(first)) return undefined;
  const end = last === "" ? size : Math.min(size, Number(last) + 1);
  return satisfiable(Number(first), end, size);
}

function satisfiable(start: number, end: number, size: number): ByteRange {
  if (start < end) return { start, end };
  throw new BucketError(416, "requestedRangeNotSatisfiable", "Request range not satisfiable", {
    "content-range": `bytes */${size}`,
  });
}
