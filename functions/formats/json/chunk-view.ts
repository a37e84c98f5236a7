import { isBlank, LINE_FEED, RECORD_SEPARATOR } from "./bytes.ts";
import { extendPrefix, LINE_START, type LinePrefix } from "./line-prefix.ts";

/**
 * A chunk, and as much of what came before it as is needed to tell what is before some place in it.
 * Places are asked for in their order: so every byte is looked at once, however often one asks.
 */
export class ChunkView {
  bytes: Buffer = Buffer.alloc(0);
  /** Of the last line so far, as far as it was looked at. */
  #prefix: LinePrefix = LINE_START;
  /** Up to where in the chunk. */
  #prefixEnd = 0;
  /** The last byte of the chunks before that is not white space. */
  #lastByte: number | undefined;
  #lineFeed = -1;
  #separator = -1;

  /** Goes on to the next chunk. */
  next(chunk: Buffer): void {
    this.prefixAt(this.bytes.length);
    this.#lastByte = this.byteBefore(this.bytes.length);
    this.bytes = chunk;
    this.#prefixEnd = 0;
    this.#lineFeed = -1;
    this.#separator = -1;
  }

  /** A line begins at `at`. */
  beginLine(at: number): void {
    this.#prefix = LINE_START;
    this.#prefixEnd = at;
  }

  /** What the line begins with that `at` is in, up to there. */
  prefixAt(at: number): LinePrefix {
    this.#prefix = extendPrefix(this.#prefix, this.bytes, this.#prefixEnd, at);
    this.#prefixEnd = at;
    return this.#prefix;
  }

  /** The last byte before `at` that is not white space; undefined: there is none. */
  byteBefore(at: number): number | undefined {
    let before = at - 1;
    while (before >= 0 && isBlank(this.bytes[before])) before--;
    return before < 0 ? this.#lastByte : this.bytes[before];
  }

  /** The next line feed or record separator from `at` on; Infinity: there is none. */
  nextBreak(at: number): number {
    if (this.#lineFeed < at) this.#lineFeed = this.#find(LINE_FEED, at);
    if (this.#separator < at) this.#separator = this.#find(RECORD_SEPARATOR, at);
    return Math.min(this.#lineFeed, this.#separator);
  }

  #find(byte: number, at: number): number {
    const found = this.bytes.indexOf(byte, at);
    return found === -1 ? Infinity : found;
  }
}
