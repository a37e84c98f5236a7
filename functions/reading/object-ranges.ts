import { CredentialsError, UnavailableError } from "../platform/errors.ts";
import type { GoogleApi } from "../google/google-api.ts";
import type { HttpResponse } from "../http/http-request.ts";
import type { Deadline } from "../platform/deadline.ts";
import type { ObjectGeneration } from "./object-generation.ts";

/** This generation of the object is not there any more. */
export class ObjectGoneError extends Error {
  override readonly name = "ObjectGoneError";
}

/** The stored bytes of one generation of an object, from some offset on. */
export interface StoredBytes {
  /** Stored bytes of the whole object; known once the first chunk is there. */
  readonly size: () => number;
  /** Whether a range had to be asked for more than once: then reading says nothing about how large the object is. */
  readonly wasHindered: () => boolean;
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * Large enough that the requests do not matter, small enough that two of them, and the events made of them, fit into the
 * memory many times.
 */
export const RANGE_BYTES = 4 * 1024 * 1024;

interface Range {
  readonly bytes: Buffer;
  readonly total: number;
  readonly attempts: number;
}

/**
 * Reads one generation of an object as a sequence of ranges, the next one always under way. Each range is a request of
 * its own, with a time limit and retries, so nothing can stall or break off halfway; the stored bytes come as they are
 * (https://cloud.google.com/storage/docs/transcoding), since a range of a decompressed object would mean nothing.
 *
 * `chunks` throws ObjectGoneError, CredentialsError or UnavailableError.
 */
export function readStoredBytes(
  google: GoogleApi,
  object: ObjectGeneration,
  start: number,
  deadline: Deadline,
): StoredBytes {
  let size = 0;
  let isHindered = false;
  const read = async (offset: number): Promise<Range> => {
    const range = await readRange(google, object, offset, deadline);
    size = range.total;
    if (range.attempts > 1) isHindered = true;
    return range;
  };
  return {
    size: () => size,
    wasHindered: () => isHindered,
    chunks: readRanges(read, start),
  };
}

async function* readRanges(
  read: (offset: number) => Promise<Range>,
  start: number,
): AsyncGenerator<Buffer> {
  let next: Promise<Range> | undefined = read(start);
  let offset = start;
  while (next !== undefined) {
    const range: Range = await next;
    offset += range.bytes.length;
    next = offset < range.total ? read(offset) : undefined;
    // Whoever waits for it gets the failure; nobody waits any more when reading is given up.
    next?.catch(() => undefined);
    if (range.bytes.length > 0) yield range.bytes;
  }
}

async function readRange(
  google: GoogleApi,
  { bucket, object, generation }: ObjectGeneration,
  offset: number,
  deadline: Deadline,
): Promise<Range> {
  const path = `/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}`;
  const url = `${google.storageUrl}${path}?alt=media&generation=${generation}`;
  const response = await google.send({
    name: "reading the object",
    method: "GET",
    url,
    headers: {
      ...(await google.authorize(url, deadline)),
      "Accept-Encoding": "gzip",
      Range: `bytes=${offset}-${offset + RANGE_BYTES - 1}`,
    },
    maxResponseBytes: RANGE_BYTES,
    // The stored bytes are wanted as they are.
    decompress: false,
    deadline,
    contradiction: (response) => contradictionIn(response, offset),
  });
  return rangeOf(response, offset);
}

/** A range that is not what its header says was cut somewhere on the way: it is read again. */
function contradictionIn(
  { status, headers, body }: HttpResponse,
  offset: number,
): string | undefined {
  if (status !== 206) return undefined;
  const range = parseContentRange(headers["content-range"]);
  if (range === undefined) return "a range came without its place";
  if (range.start !== offset) return "another range came than was asked for";
  const expected = Math.min(RANGE_BYTES, range.total - offset);
  return body.length === expected ? undefined : "a range came short";
}

function rangeOf({ status, headers, body, attempts }: HttpResponse, offset: number): Range {
  if (status === 206) {
    const total = parseContentRange(headers["content-range"])?.total ?? 0;
    return { bytes: body, total, attempts };
  }
  // A server may send an object that fits into the range as a whole.
  if (status === 200 && offset === 0) return { bytes: body, total: body.length, attempts };
  // Nothing there: the object is empty, or ends exactly here.
  if (status === 416) return { bytes: Buffer.alloc(0), total: offset, attempts };
  if (status === 404) throw new ObjectGoneError("this generation of the object is gone");
  if (status === 401 || status === 403)
    throw new CredentialsError(
      `reading the object is not allowed (${status}): roles/storage.objectViewer is missing on its bucket`,
      status,
    );
  throw new UnavailableError(`reading the object answered ${status}`, status);
}

/** `bytes 0-99/1234`, https://www.rfc-editor.org/rfc/rfc9110#field.content-range */
function parseContentRange(value: unknown): { start: number; total: number } | undefined {
  const match = typeof value === "string" ? /^bytes (\d+)-\d+\/(\d+)$/.exec(value) : null;
  return match === null ? undefined : { start: Number(match[1]), total: Number(match[2]) };
}
