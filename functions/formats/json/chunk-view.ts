import type { JsonPlace, Position } from "../../event/record.ts";
import { CLOSE_ARRAY, isBlank, LINE_FEED, OPEN_ARRAY, RECORD_SEPARATOR } from "./bytes.ts";
import { extendPrefix, LINE_START, type LinePrefix } from "./line-prefix.ts";

/** A place to go on, with what is around it. */
export interface PlaceInJson extends Position {
  readonly json: JsonPlace;
}

/**
 * A chunk, and as much of what came before it as is needed to tell what is before some place in it.
 * Places are asked for in their order: so every byte is looked at once, however often one asks.
 */
export class ChunkView {
  bytes: Buffer = Buffer.alloc(0);
  /** Bytes of the contents before the chunk. */
  offset: number;
  /** The line that is looked at, from 1. */
  line: number;
  /** Brackets that are open around the values. */
  #open: number;
  /** Of the last line so far, as far as it was looked at. */
  #prefix: LinePrefix;
  /** Up to where in the chunk. */
  #prefixEnd = 0;
  /** The last byte of the chunks before that is not white space. */
  #lastByte: number | undefined;
  #lineFeed = -1;
  #separator = -1;
  /** What was last told to be around a place: most are alike. */
  #json: JsonPlace | undefined;

  /** `start`: where the first chunk begins. */
  constructor({ offset, line, json }: Position) {
    this.offset = offset;
    this.line = line;
    this.#open = json?.open ?? 0;
    this.#prefix = json === undefined ? LINE_START : prefixIn(json);
  }

  /** Goes on to the next chunk. */
  next(chunk: Buffer): void {
    this.offset += this.bytes.length;
    this.bytes = chunk;
    this.#prefixEnd = 0;
    this.#lineFeed = -1;
    this.#separator = -1;
  }

  /**
   * Takes from the chunk what is needed of it for the next one: when nothing in it is open its
   * memory may hold something else by then.
   */
  end(): void {
    this.prefixAt(this.bytes.length);
    this.#lastByte = this.byteBefore(this.bytes.length);
  }

  /** A line begins at `at`. */
  beginLine(at: number): void {
    this.line++;
    this.#prefix = LINE_START;
    this.#prefixEnd = at;
  }

  /** What is between values opens brackets, or closes them. */
  countBracket(byte: number): void {
    if (byte === OPEN_ARRAY) this.#open++;
    else if (byte === CLOSE_ARRAY && this.#open > 0) this.#open--;
  }

  /** The contents end in the middle of a value: whoever goes on behind it has to know. */
  endWithin(): void {
    this.#open++;
  }

  /** Whether no bracket is open. */
  isClosed(): boolean {
    return this.#open === 0;
  }

  /** The place `at` in the chunk, which is not within a value. */
  placeAt(at: number): PlaceInJson {
    const { indent, isIndentOver } = this.prefixAt(at);
    const last = this.#json;
    const isAlike =
      last?.open === this.#open && last.indent === indent && last.isIndentOver === isIndentOver;
    const json = isAlike ? last : { open: this.#open, indent, isIndentOver };
    this.#json = json;
    return { offset: this.offset + at, line: this.line, json };
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

/** The line of a place, as far as there; that it is blank is never asked of the first one. */
function prefixIn({ indent, isIndentOver }: JsonPlace): LinePrefix {
  return { indent, isIndentOver, isBlank: true };
}
