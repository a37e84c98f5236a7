import { CorruptDataError } from "../../reading/corrupt-data.ts";

/** Values of so many bits are put together with 32-bit operations. */
const MAX_FAST_WIDTH = 24;

/**
 * Reads small numbers (levels, places in a dictionary) one by one from runs and bit-packed groups:
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE. Nothing is unpacked before
 * it is asked for, so that a header that claims billions costs nothing.
 */
export class HybridReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #width: number;
  #at: number;
  /** Values left of the run. */
  #left = 0;
  /** Of a run of one value. */
  #value = 0;
  #isPacked = false;
  /** Of the next packed value, counted from `#at`. */
  #bit = 0;
  /** Bytes of the packed run, which may end with the bytes and not with a whole group. */
  #packedBytes = 0;

  /** @param width bits of a value: 0 to 32 */
  constructor(bytes: Buffer, start: number, end: number, width: number) {
    if (start > end || end > bytes.length || width > 32) throw tooShort();
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#width = width;
  }

  /** @throws CorruptDataError when there is none */
  next(): number {
    if (this.#width === 0) return 0;
    if (this.#left === 0) this.#startRun();
    this.#left--;
    return this.#isPacked ? this.#unpack() : this.#value;
  }

  skip(count: number): void {
    this.#forRuns(count, () => 0);
  }

  /** How many of the next `count` values are `wanted`, which are read by that. */
  count(count: number, wanted: number): number {
    if (this.#width === 0) return wanted === 0 ? count : 0;
    return this.#forRuns(count, (value, length) => (value === wanted ? length : 0));
  }

  /** Sums up what `weigh` says of the runs of the next `count` values. */
  #forRuns(count: number, weigh: (value: number, length: number) => number): number {
    if (this.#width === 0) return 0;
    let sum = 0;
    for (let left = count; left > 0;) {
      if (this.#left === 0) this.#startRun();
      const length = this.#isPacked ? 1 : Math.min(left, this.#left);
      this.#left -= length;
      left -= length;
      sum += weigh(this.#isPacked ? this.#unpack() : this.#value, length);
    }
    return sum;
  }

  #startRun(): void {
    this.#at += this.#packedBytes;
    this.#packedBytes = 0;
    // An empty run is not wrong, only useless.
    while (this.#left === 0) {
      const header = this.#header();
      this.#isPacked = header % 2 === 1;
      if (this.#isPacked) {
        this.#left = Math.floor(header / 2) * 8;
        this.#packedBytes = Math.floor(header / 2) * this.#width;
        this.#bit = 0;
      } else {
        const length = (this.#width + 7) >> 3;
        if (this.#at + length > this.#end) throw tooShort();
        this.#left = header / 2;
        this.#value = this.#bytes.readUIntLE(this.#at, length);
        this.#at += length;
      }
    }
  }

  #header(): number {
    let header = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
      if (byte === undefined) throw tooShort();
      header += (byte & 0x7f) * scale;
      if (byte < 0x80) return header;
    }
    throw new CorruptDataError("the length of a run has no end");
  }

  #unpack(): number {
    const width = this.#width;
    let at = this.#at + (this.#bit >>> 3);
    const shift = this.#bit & 7;
    this.#bit += width;
    if (this.#at + ((this.#bit + 7) >>> 3) > this.#end) throw tooShort();
    let value = (this.#bytes[at] ?? 0) >>> shift;
    let bits = 8 - shift;
    if (width <= MAX_FAST_WIDTH) {
      for (; bits < width; bits += 8) value |= (this.#bytes[++at] ?? 0) << bits;
      return value & ((1 << width) - 1);
    }
    for (; bits < width; bits += 8) value += (this.#bytes[++at] ?? 0) * 2 ** bits;
    return value % 2 ** width;
  }
}

/** Bits that a level takes, of which the largest is `max`. */
export function widthOf(max: number): number {
  return 32 - Math.clz32(max);
}

function tooShort(): CorruptDataError {
  return new CorruptDataError("the values of a page end too early");
}
