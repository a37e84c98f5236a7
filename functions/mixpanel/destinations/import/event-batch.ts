import { sizeOf, type EventBytes } from "../../../event/record.ts";

/**
 * Events as the body of a request: one JSON object a line, `ends[i]` the end of event `i` in
 * `bytes`.
 */
export interface EventBatch {
  readonly bytes: Buffer;
  readonly ends: readonly number[];
}

const LINE_FEED = 0x0a;
const SHORT_BYTES = 32;
const LINE_BREAK = Buffer.of(LINE_FEED);

/** Number of events. */
export function lengthOf(batch: EventBatch): number {
  return batch.ends.length;
}

/** The batch that holds events `from` up to `to` of `batch`, without copying. */
export function sliceBatch(batch: EventBatch, from: number, to: number): EventBatch {
  const start = startOf(batch, from);
  const ends = batch.ends.slice(from, to).map((end) => end - start);
  return { bytes: batch.bytes.subarray(start, start + (ends.at(-1) ?? 0)), ends };
}

/** The batch that holds those events of `batch`, in that order. */
export function pickEvents(batch: EventBatch, indexes: readonly number[]): EventBatch {
  const isRun = indexes.every((index, at) => index === (indexes[0] ?? 0) + at);
  if (isRun && indexes[0] !== undefined)
    return sliceBatch(batch, indexes[0], indexes[0] + indexes.length);
  const pieces: Buffer[] = [];
  let length = 0;
  const ends = indexes.map((index, at) => {
    if (at > 0) pieces.push(LINE_BREAK);
    const event = batch.bytes.subarray(startOf(batch, index), batch.ends[index]);
    pieces.push(event);
    length += event.length + (at > 0 ? 1 : 0);
    return length;
  });
  return { bytes: Buffer.concat(pieces, length), ends };
}

function startOf(batch: EventBatch, index: number): number {
  return index === 0 ? 0 : (batch.ends[index - 1] ?? 0) + 1;
}

/** A batch being filled. */
export interface BatchBuilder {
  /** Whether `events` fit in, all of them. */
  fits(events: readonly EventBytes[]): boolean;
  /** Adds an event, unless it does not fit in. One that is larger than the limit fits in alone. */
  add(event: EventBytes): boolean;
  length(): number;
  /** The batch. Valid until `release`. */
  seal(): EventBatch;
  /** Gives the memory back for another batch. The sealed batch must not be used any more. */
  release(): void;
}

export interface BatchLimits {
  readonly events: number;
  /** Uncompressed bytes, line breaks included. */
  readonly bytes: number;
}

/**
 * Makes builders of batches within `limits`, over a few buffers that are used again and again:
 * fresh memory for every two megabytes costs more than filling it. At most `spare` buffers are
 * kept.
 */
export function createBatchBuilders(limits: BatchLimits, spare: number): () => BatchBuilder {
  const buffers: Buffer[] = [];
  const take = (bytes: number): Buffer =>
    bytes > limits.bytes
      ? Buffer.allocUnsafeSlow(bytes)
      : (buffers.pop() ?? Buffer.allocUnsafeSlow(limits.bytes));
  const giveBack = (buffer: Buffer): void => {
    if (buffer.length === limits.bytes && buffers.length < spare) buffers.push(buffer);
  };
  return () => createBuilder(limits, take, giveBack);
}

function createBuilder(
  limits: BatchLimits,
  take: (bytes: number) => Buffer,
  giveBack: (buffer: Buffer) => void,
): BatchBuilder {
  let buffer: Buffer | undefined;
  let length = 0;
  const ends: number[] = [];
  return {
    fits: (events) => {
      let bytes = length;
      for (const event of events) bytes += sizeOf(event) + 1;
      // The last event has no line feed; the first one of a batch has none before it.
      return (
        ends.length + events.length <= limits.events &&
        bytes - (length === 0 ? 1 : 0) <= limits.bytes
      );
    },
    add: (event) => {
      const size = sizeOf(event);
      const isFull = length + 1 + size > limits.bytes || ends.length >= limits.events;
      if (isFull && ends.length > 0) return false;
      buffer ??= take(size);
      if (length > 0) buffer[length++] = LINE_FEED;
      length = write(buffer, length, event);
      ends.push(length);
      return true;
    },
    length: () => ends.length,
    seal: () => ({ bytes: (buffer ?? Buffer.alloc(0)).subarray(0, length), ends }),
    release: () => {
      if (buffer !== undefined) giveBack(buffer);
      buffer = undefined;
    },
  };
}

function write(target: Buffer, at: number, event: EventBytes): number {
  const { bytes, start, end, insertAt, insertion } = event;
  if (insertion === "") return at + bytes.copy(target, at, start, end);
  let position = at + bytes.copy(target, at, start, insertAt);
  // A few bytes are written sooner than a call into native code is made.
  for (let index = 0; index < insertion.length; index++)
    target[position++] = insertion.charCodeAt(index);
  if (end - insertAt > SHORT_BYTES) return position + bytes.copy(target, position, insertAt, end);
  for (let index = insertAt; index < end; index++) target[position++] = bytes[index] ?? 0;
  return position;
}
