/** Bytes that can be looked at before they are taken. */
export interface CompressedInput {
  /** At least `length` bytes, or fewer at the end of the source. */
  readonly peek: (length: number) => Promise<Buffer>;
  /** What is there without waiting; may be empty. */
  readonly buffered: () => Buffer;
  /** What is there, at least one byte; empty at the end of the source. */
  readonly take: () => Promise<Buffer>;
  readonly drop: (length: number) => void;
  /** Gives back the end of what `take` gave. */
  readonly giveBack: (rest: Buffer) => void;
  /** Bytes of the source before the next one. */
  readonly position: () => number;
  /** Ends the source, which may not have been read to its end. */
  readonly end: () => Promise<void>;
}

/** @param start where in the source the first chunk begins */
export function createCompressedInput(
  chunks: AsyncIterable<Buffer>,
  start: number,
): CompressedInput {
  const iterator = chunks[Symbol.asyncIterator]();
  let pending: Buffer = Buffer.alloc(0);
  let position = start;
  let isEnded = false;

  const fill = async (length: number): Promise<void> => {
    while (pending.length < length && !isEnded) {
      const next = await iterator.next();
      if (next.done === true) isEnded = true;
      else pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value]);
    }
  };
  return {
    peek: async (length) => {
      if (pending.length < length) await fill(length);
      return pending;
    },
    buffered: () => pending,
    take: async () => {
      await fill(1);
      const taken = pending;
      pending = Buffer.alloc(0);
      position += taken.length;
      return taken;
    },
    drop: (length) => {
      pending = pending.subarray(length);
      position += length;
    },
    giveBack: (rest) => {
      pending = rest;
      position -= rest.length;
    },
    position: () => position,
    end: async () => {
      await iterator.return?.();
    },
  };
}
