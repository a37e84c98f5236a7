import { CorruptDataError } from "../../reading/corrupt-data.ts";

/** 128 and 4, as everybody writes them, are far below. */
const MAX_BLOCK_VALUES = 1 << 20;
const MAX_MINIBLOCKS = 1 << 10;

/**
 * Reads integers one by one from DELTA_BINARY_PACKED:
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC. Nothing is unpacked
 * before it is asked for.
 */
export class DeltaReader {
  readonly #bytes: Buffer;
  #at: number;
  readonly #perMiniblock: number;
  readonly #miniblocks: number;
  /** Values not yet read. */
  #left: number;
  #value: bigint;
  #isFirst = true;
  #minDelta = 0n;
  #widths: Buffer = Buffer.alloc(0);
  #miniblock = 0;
  #inMiniblock = 0;
  #bit = 0;

  /** @throws CorruptDataError when it does not begin like one */
  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#at = start;
    const blockValues = Number(this.#varint());
    this.#miniblocks = Number(this.#varint());
    this.#left = Number(this.#varint());
    this.#value = this.#zigzag();
    this.#perMiniblock = blockValues / this.#miniblocks;
    const isSane =
      blockValues <= MAX_BLOCK_VALUES &&
      this.#miniblocks <= MAX_MINIBLOCKS &&
      this.#perMiniblock > 0 &&
      this.#perMiniblock % 8 === 0 &&
      Number.isSafeInteger(this.#left);
    if (!isSane) throw damaged();
    this.#miniblock = this.#miniblocks;
  }

  /** @throws CorruptDataError when there is none */
  next(): bigint {
    if (this.#left === 0) throw damaged();
    this.#left--;
    if (this.#isFirst) {
      this.#isFirst = false;
      return this.#value;
    }
    if (this.#miniblock === this.#miniblocks) this.#startBlock();
    const width = this.#widths[this.#miniblock] ?? 0;
    const delta = this.#minDelta + (width === 0 ? 0n : this.#unpack(width));
    this.#value = BigInt.asIntN(64, this.#value + delta);
    if (++this.#inMiniblock === this.#perMiniblock) this.#endMiniblock(width);
    return this.#value;
  }

  /** Where the values end that have not been read yet: the reader is of no use any more. */
  end(): number {
    if (this.#isFirst && this.#left > 0) this.next();
    while (this.#left > 0) {
      if (this.#miniblock === this.#miniblocks) this.#startBlock();
      const width = this.#widths[this.#miniblock] ?? 0;
      this.#left -= Math.min(this.#left, this.#perMiniblock - this.#inMiniblock);
      this.#endMiniblock(width);
    }
    // The last one is written as a whole.
    if (this.#inMiniblock > 0) this.#endMiniblock(this.#widths[this.#miniblock] ?? 0);
    if (this.#at > this.#bytes.length) throw damaged();
    return this.#at;
  }

  #startBlock(): void {
    this.#minDelta = this.#zigzag();
    this.#widths = this.#bytes.subarray(this.#at, this.#at + this.#miniblocks);
    this.#at += this.#miniblocks;
    if (this.#at > this.#bytes.length) throw damaged();
    this.#miniblock = 0;
    this.#inMiniblock = 0;
    this.#bit = 0;
  }

  #endMiniblock(width: number): void {
    this.#at += (this.#perMiniblock / 8) * width;
    this.#miniblock++;
    this.#inMiniblock = 0;
    this.#bit = 0;
  }

  #unpack(width: number): bigint {
    const start = this.#at + (this.#bit >>> 3);
    const shift = this.#bit & 7;
    this.#bit += width;
    if (width > 64 || this.#at + ((this.#bit + 7) >>> 3) > this.#bytes.length) throw damaged();
    if (shift + width <= 48) {
      const read = this.#bytes.readUIntLE(start, (shift + width + 7) >> 3);
      return BigInt(Math.floor(read / 2 ** shift) % 2 ** width);
    }
    let value = 0n;
    for (let index = (shift + width - 1) >> 3; index >= 0; index--)
      value = (value << 8n) | BigInt(this.#bytes[start + index] ?? 0);
    return BigInt.asUintN(width, value >> BigInt(shift));
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return value % 2n === 0n ? value / 2n : -(value + 1n) / 2n;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw damaged();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw damaged();
  }
}

function damaged(): CorruptDataError {
  return new CorruptDataError("the delta-encoded values of a page are damaged");
}
