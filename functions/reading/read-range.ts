import type { GoogleApi } from "../google/google-api.ts";
import type { HttpResponse } from "../http/http-request.ts";
import type { Deadline } from "../platform/deadline.ts";
import { CredentialsError, UnavailableError } from "../platform/errors.ts";
import type { ObjectGeneration } from "./object-generation.ts";
import { judgeRange, type ExpectedRange, type RangeVerdict } from "./range-response.ts";

/** This generation of the object is not there any more. */
export class ObjectGoneError extends Error {
  override readonly name = "ObjectGoneError";
}

/**
 * Large enough that the requests do not matter, small enough that two of them, and the events made
 * of them, fit into the memory many times.
 */
export const RANGE_BYTES = 4 * 1024 * 1024;

/**
 * How often in a row a response has to say that there is nothing to read (it is gone, forbidden, or
 * over) before that is believed. One wrong 404 or 416 would lose the rest of an object.
 */
const LOOKS = 3;

/** A range that was read. */
export interface Range {
  readonly bytes: Buffer;
  readonly size: number;
  readonly contentType: string | undefined;
  readonly attempts: number;
}

/** What is to be read. */
export interface RangeRequest extends Pick<ExpectedRange, "offset" | "size"> {
  /** @default RANGE_BYTES */
  readonly maxBytes?: number;
  readonly memoryFor: (length: number) => Buffer;
}

/**
 * Reads one range: a request with a time limit and retries, whose response has to fit all that is
 * known of the object.
 *
 * @throws ObjectGoneError, CredentialsError, UnavailableError
 */
export async function readRange(
  google: GoogleApi,
  { bucket, object, generation }: ObjectGeneration,
  { offset, size, maxBytes = RANGE_BYTES, memoryFor }: RangeRequest,
  deadline: Deadline,
): Promise<Range> {
  const path = `/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}`;
  const url = `${google.storageUrl}${path}?alt=media&generation=${generation}`;
  const judge = createJudge({ generation, offset, size, maxBytes });
  const response = await google.send({
    name: "reading the object",
    method: "GET",
    url,
    headers: {
      ...(await google.authorize(url, deadline)),
      "Accept-Encoding": "gzip",
      Range: `bytes=${offset}-${offset + maxBytes - 1}`,
    },
    maxResponseBytes: maxBytes,
    // The stored bytes are wanted as they are.
    decompress: false,
    memoryFor,
    deadline,
    contradiction: judge.contradiction,
  });
  const contentType: unknown = response.headers["content-type"];
  return {
    ...rangeOf(judge.verdict(response)),
    contentType: typeof contentType === "string" ? contentType : undefined,
    attempts: response.attempts,
  };
}

/**
 * Judges the attempts of one range: a verdict on which reading ends has to be given several times
 * in a row.
 */
function createJudge(expected: ExpectedRange) {
  let last: RangeVerdict["kind"] | undefined;
  let inARow = 0;
  return {
    contradiction: (response: HttpResponse): string | undefined => {
      const verdict = judgeRange(response, expected);
      inARow = verdict.kind === last ? inARow + 1 : 1;
      last = verdict.kind;
      if (verdict.kind === "range") return undefined;
      if (verdict.kind === "contradiction") return verdict.text;
      return inARow < LOOKS ? `the first ${response.status} is not believed` : undefined;
    },
    verdict: (response: HttpResponse): RangeVerdict => judgeRange(response, expected),
  };
}

/** @throws ObjectGoneError, CredentialsError, UnavailableError */
function rangeOf(verdict: RangeVerdict): Pick<Range, "bytes" | "size"> {
  switch (verdict.kind) {
    case "range":
      return verdict;
    case "end":
      return { bytes: Buffer.alloc(0), size: verdict.size };
    case "gone":
      throw new ObjectGoneError("this generation of the object is gone");
    case "forbidden":
      throw new CredentialsError(
        `reading the object is not allowed (${verdict.status}): roles/storage.objectViewer is missing on its bucket`,
        verdict.status,
      );
    case "unexpected":
      throw new UnavailableError(
        `reading the object responded with ${verdict.status}`,
        verdict.status,
      );
    case "contradiction":
      throw new UnavailableError(`reading the object: ${verdict.text}`);
  }
}
