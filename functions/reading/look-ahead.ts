/** Chunks of which the first is known. */
export interface LookedAhead {
  /** The first chunk; empty when there is none. */
  readonly head: Buffer;
  /** All chunks, the first included. */
  readonly all: AsyncIterable<Buffer>;
}

/** Reads the first chunk. @throws what the chunks throw */
export async function lookAhead(chunks: AsyncIterable<Buffer>): Promise<LookedAhead> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return { head: Buffer.alloc(0), all: startingWith([], iterator) };
  return { head: first.value, all: startingWith([first.value], iterator) };
}

/**
 * The chunks that were read ahead, and what is behind them; the source ends with whoever reads.
 *
 * @param failure what the source ended with when it was read ahead
 */
export async function* startingWith(
  chunks: readonly Buffer[],
  source: AsyncIterator<Buffer>,
  failure?: Error,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
    if (failure !== undefined) throw failure;
    for (;;) {
      const next = await source.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}
