import type { ReadExactly } from "./read-exactly.ts";
import { CorruptDataError } from "../../reading/corrupt-data.ts";

/** Reads a part of a file from its beginning on, range by range, and passes over what it can. */
export class RangeInput {
  readonly #readAt: ReadExactly;
  readonly #end: number;
  readonly #rangeBytes: number;
  #position: number;
  /** What has been read from the position on. */
  #buffered: Buffer = Buffer.alloc(0);

  /**
   * @param start of the part, `end` behind it: in bytes of the file
   * @param rangeBytes read at once, where no more is asked for
   */
  constructor(readAt: ReadExactly, start: number, end: number, rangeBytes: number) {
    this.#readAt = readAt;
    this.#position = start;
    this.#end = end;
    this.#rangeBytes = rangeBytes;
  }

  /** Bytes that are left of the part. */
  left(): number {
    return this.#end - this.#position;
  }

  /** At least `length` bytes, or all that are left. */
  async peek(length: number): Promise<Buffer> {
    const missing = Math.min(length, this.left()) - this.#buffered.length;
    if (missing > 0) {
      const at = this.#position + this.#buffered.length;
      const read = await this.#readAt(
        at,
        Math.min(Math.max(missing, this.#rangeBytes), this.#end - at),
      );
      this.#buffered = this.#buffered.length === 0 ? read : Buffer.concat([this.#buffered, read]);
    }
    return this.#buffered;
  }

  /** @throws CorruptDataError when there are not so many; what reading throws */
  async take(length: number): Promise<Buffer> {
    const taken = (await this.peek(length)).subarray(0, length);
    if (taken.length < length) throw new CorruptDataError("a page goes beyond its column chunk");
    this.skip(length);
    return taken;
  }

  /** What has not been read by then is not read at all. @throws CorruptDataError */
  skip(length: number): void {
    if (length > this.left()) throw new CorruptDataError("a page goes beyond its column chunk");
    this.#position += length;
    // Nothing that is left of it still holds on to all of it.
    this.#buffered =
      length < this.#buffered.length ? this.#buffered.subarray(length) : Buffer.alloc(0);
  }
}
