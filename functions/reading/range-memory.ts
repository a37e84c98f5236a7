/** Memory for whole ranges of an object, used again when nobody looks at it any more. */
export interface RangeMemory {
  /**
   * Memory for `length` bytes of the object from `offset` on; an attempt that failed may leave its
   * behind.
   */
  readonly take: (offset: number, length: number) => Buffer;
}

/**
 * Buffers that are kept: as many as slices under way look at. Without a bound, an object of which
 * nothing is settled for long (a slice that hangs, records that are judged first, attempts that
 * fail) would end up in memory as a whole.
 */
const MAX_KEPT = 16;

/**
 * Fresh memory for each range would be collected only with the whole heap, which V8 does the more
 * often the more of it there is: 0.2 s of CPU for each 200 MB, and 40 MB more of memory.
 *
 * @param rangeBytes length of a whole range; memory of others is not used again
 * @param releasedOffset the place in the stored bytes before which nobody looks any more; undefined
 *   while that cannot be said: then nothing is kept
 */
export function createRangeMemory(
  rangeBytes: number,
  releasedOffset: () => number | undefined,
): RangeMemory {
  const kept: { readonly bytes: Buffer; end: number }[] = [];
  return {
    take: (offset, length) => {
      const released = releasedOffset();
      if (length !== rangeBytes || released === undefined) return Buffer.allocUnsafeSlow(length);
      let buffer = kept.find(({ end }) => end <= released);
      if (buffer === undefined) {
        buffer = { bytes: Buffer.allocUnsafeSlow(length), end: 0 };
        if (kept.length < MAX_KEPT) kept.push(buffer);
      }
      buffer.end = offset + length;
      return buffer.bytes;
    },
  };
}
