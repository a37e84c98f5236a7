/** Large enough to be rare, small enough that a piece that is kept does not keep much. */
const SLAB_BYTES = 256 * 1024;
/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * Makes a function that encodes text as UTF-8, as `Buffer.from` does: the pieces share larger slabs than Node's own of
 * 8 KiB, of which events would need one for every dozen.
 */
export function createTextEncoder(): (text: string) => Buffer {
  let slab = Buffer.alloc(0);
  let used = 0;
  return (text) => {
    const most = text.length * MAX_BYTES_PER_UNIT;
    if (most > SLAB_BYTES / 4) return Buffer.from(text);
    if (used + most > slab.length) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      used = 0;
    }
    const start = used;
    used += slab.write(text, start);
    return slab.subarray(start, used);
  };
}
