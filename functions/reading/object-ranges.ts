import type { GoogleApi } from "../google/google-api.ts";
import type { Deadline } from "../platform/deadline.ts";
import type { ObjectGeneration } from "./object-generation.ts";
import { createRangeMemory } from "./range-memory.ts";
import { RANGE_BYTES, readRange, type Range } from "./read-range.ts";

/** The stored bytes of one generation of an object, from some offset on. */
export interface StoredBytes {
  /** Stored bytes of the whole object; known once the first chunk is there. */
  readonly size: () => number;
  /**
   * Whether a range had to be asked for more than once: then reading says nothing about how large
   * the object is.
   */
  readonly wasHindered: () => boolean;
  /** As the first response says; undefined: not yet. */
  readonly contentType: () => string | undefined;
  /** Milliseconds that the chunks were waited for. */
  readonly waitedMs: () => number;
  readonly chunks: AsyncIterable<Buffer>;
}

/** Where to read, and how long. */
export interface ReadOptions {
  /** Stored bytes before the first chunk. */
  readonly start: number;
  /** Stored bytes of the object, when its notification said so. */
  readonly size: number | undefined;
  readonly deadline: Deadline;
  readonly now: () => number;
  /**
   * The place in the stored bytes before which nobody looks at a chunk any more: memory of chunks
   * that end before it is used again. Undefined: nothing is released.
   */
  readonly releasedOffset?: () => number | undefined;
}

/**
 * Reads one generation of an object as a sequence of ranges, the next one always under way. Each
 * range is a request of its own, with a time limit and retries, so nothing can stall or break off
 * halfway; the stored bytes come as they are (https://cloud.google.com/storage/docs/transcoding),
 * since a range of a decompressed object would mean nothing.
 *
 * The size is the one given, or else that of the first range: a range that contradicts it is asked
 * for again.
 *
 * `chunks` throws ObjectGoneError, CredentialsError or UnavailableError.
 */
export function readStoredBytes(
  google: GoogleApi,
  object: ObjectGeneration,
  options: ReadOptions,
): StoredBytes {
  const { start, now, releasedOffset = () => undefined } = options;
  const memory = createRangeMemory(RANGE_BYTES, releasedOffset);
  let { size } = options;
  let contentType: string | undefined;
  let isHindered = false;
  let waitedMs = 0;

  async function* chunks(): AsyncGenerator<Buffer> {
    const abandoned = new AbortController();
    const deadline = withSignal(options.deadline, abandoned.signal);
    const read = (offset: number): Promise<Range> => {
      const memoryFor = (length: number): Buffer => memory.take(offset, length);
      const range = readRange(google, object, { offset, size, memoryFor }, deadline);
      // Whoever waits for it gets the failure; nobody waits any more when reading is given up.
      range.catch(() => undefined);
      return range;
    };
    try {
      let next = start === size ? undefined : read(start);
      for (let offset = start; next !== undefined;) {
        const waitedFrom = now();
        const range: Range = await next;
        waitedMs += now() - waitedFrom;
        size = range.size;
        contentType ??= range.contentType;
        isHindered ||= range.attempts > 1;
        offset += range.bytes.length;
        next = offset < size ? read(offset) : undefined;
        if (range.bytes.length > 0) yield range.bytes;
      }
    } finally {
      abandoned.abort();
    }
  }
  return {
    size: () => size ?? 0,
    wasHindered: () => isHindered,
    contentType: () => contentType,
    waitedMs: () => waitedMs,
    chunks: chunks(),
  };
}

function withSignal(deadline: Deadline, signal: AbortSignal): Deadline {
  return { ...deadline, signal: AbortSignal.any([deadline.signal, signal]) };
}

/** One generation of an object, any part of which can be read. */
export interface RandomReads {
  /** Stored bytes of the whole object: as given, or as the first response says. */
  readonly size: () => Promise<number>;
  /** The same as far as it is known; 0: nothing has been read. */
  readonly knownSize: () => number;
  /** `length` stored bytes from `offset` on, fewer only where the object ends. */
  readonly readAt: (offset: number, length: number) => Promise<Buffer>;
}

/**
 * Reads parts of one generation of an object, each with one request (several, when it is longer
 * than RANGE_BYTES), which is checked and retried as those of `readStoredBytes`.
 *
 * Both methods throw ObjectGoneError, CredentialsError or UnavailableError.
 */
export function createRandomReads(
  google: GoogleApi,
  object: ObjectGeneration,
  options: Pick<ReadOptions, "size" | "deadline">,
): RandomReads {
  let { size } = options;
  const readPart = async (offset: number, maxBytes: number): Promise<Buffer> => {
    const memoryFor = (length: number): Buffer => Buffer.allocUnsafeSlow(length);
    const request = { offset, size, maxBytes, memoryFor };
    const range = await readRange(google, object, request, options.deadline);
    size = range.size;
    return range.bytes;
  };
  return {
    size: async () => {
      if (size === undefined) await readPart(0, 1);
      return size ?? 0;
    },
    knownSize: () => size ?? 0,
    readAt: async (offset, length) => {
      if (length <= RANGE_BYTES) return await readPart(offset, Math.max(1, length));
      const whole = Buffer.allocUnsafeSlow(length);
      let at = 0;
      while (at < length) {
        const part = await readPart(offset + at, Math.min(RANGE_BYTES, length - at));
        if (part.length === 0) break;
        at += part.copy(whole, at);
      }
      return whole.subarray(0, at);
    },
  };
}
