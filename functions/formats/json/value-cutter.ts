import type { Position, RecordBytes } from "../../event/record.ts";
import type { UnusableRecord, RecordBlock } from "../record-block.ts";
import { BACKSLASH, COLON, COMMA, LINE_FEED, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from "./bytes.ts";
import { ChunkView } from "./chunk-view.ts";
import { findStringEnd, findWordEnd } from "./find-end.ts";
import {
  CLOSES,
  MAY_PRECEDE_STRING,
  MEANINGS,
  MEANS_NOTHING,
  OPENS,
  QUOTES,
  SEPARATES,
} from "./meanings.ts";
import { Nesting } from "./nesting.ts";
import { closeValue, keepPiece, mayBeJson, newValue, type OpenValue } from "./open-value.ts";

/** A chunk of the smallest records has millions: no more of them are in memory at once. */
const MAX_BLOCK_RECORDS = 10_000;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Finds where JSON values begin and end in the chunks of an object, without parsing them: the
 * elements of arrays, however deep in one another, and values one after the other. Between values,
 * white space, commas, brackets of arrays and the separators of JSON sequences only separate;
 * anything else is a record, and whoever takes it finds out that it is no event.
 *
 * A value that cannot be JSON (a string with a line feed in it, brackets that do not match) ends
 * where the next one begins, as far as that can be told: at a line that is indented as the value's
 * own, or at the bracket that closes the array around it. So a fault costs the value it is in.
 */
export class ValueCutter {
  readonly #view: ChunkView;
  #value: OpenValue | undefined;
  readonly #nesting = new Nesting();
  #isInString = false;
  /** Whether the last chunk ended behind a backslash that escapes what follows. */
  #isEscaped = false;
  /** Whether the open value is known not to be JSON. */
  #isBroken = false;
  #at = 0;
  /** Where in the chunk the value begins. */
  #start = 0;
  #records: (RecordBytes | UnusableRecord)[] = [];

  constructor(start: Position) {
    this.#view = new ChunkView(start);
  }

  /** Whether no bracket is left open. */
  isClosed(): boolean {
    return this.#view.isClosed();
  }

  /** Whether there was nothing but white space so far. */
  isBlank(): boolean {
    return this.#view.byteBefore(this.#view.bytes.length) === undefined;
  }

  /** The values that end in `chunk`, which comes next; in several blocks when they are tiny. */
  *cut(chunk: Buffer): Generator<RecordBlock> {
    this.#begin(chunk);
    while (this.#at < chunk.length) {
      if (this.#value === undefined) this.#findValue();
      else if (this.#isInString) this.#skipString();
      else if (this.#nesting.isEmpty()) this.#skipWord();
      else this.#skipNested();
      if (this.#records.length >= MAX_BLOCK_RECORDS) yield this.#block(this.#at);
    }
    yield this.#endChunk();
  }

  /** At the end of the contents: the value that is open, as far as it is there. */
  finish(): RecordBlock {
    this.#begin(Buffer.alloc(0));
    if (this.#isInString || !this.#nesting.isEmpty()) this.#view.endWithin();
    this.#closeAt(0);
    return this.#endChunk();
  }

  #begin(chunk: Buffer): void {
    this.#view.next(chunk);
    this.#at = 0;
    this.#start = 0;
    this.#records = [];
  }

  #endChunk(): RecordBlock {
    const { bytes: chunk } = this.#view;
    const block = this.#block(chunk.length);
    this.#view.end();
    if (this.#value !== undefined) keepPiece(this.#value, chunk.subarray(this.#start));
    return block;
  }

  /** The records so far; the next one begins at `at` of the chunk or later, unless it is open. */
  #block(at: number): RecordBlock {
    const records = this.#records;
    this.#records = [];
    const { offset, line, json } = this.#value ?? this.#view.placeAt(at);
    return { kind: "records", records, end: { offset, line, json } };
  }

  /** Passes over what separates values, and begins the next one. */
  #findValue(): void {
    const { bytes: chunk } = this.#view;
    for (; this.#at < chunk.length; this.#at++) {
      const byte = chunk[this.#at] ?? 0;
      if (byte === LINE_FEED) this.#view.beginLine(this.#at + 1);
      else if (SEPARATES[byte] === 1) this.#view.countBracket(byte);
      else if (BYTE_ORDER_MARK[this.#view.offset + this.#at] !== byte) {
        this.#openValue(byte);
        return;
      }
    }
  }

  #openValue(byte: number): void {
    const at = this.#at;
    this.#value = newValue(this.#view.placeAt(at));
    this.#start = at;
    this.#isBroken = false;
    if (byte === OPEN_OBJECT) this.#nesting.open(byte);
    this.#isInString = byte === QUOTE;
    this.#at++;
  }

  /** A number, a name, or something that is nothing. */
  #skipWord(): void {
    const { bytes: chunk } = this.#view;
    const end = findWordEnd(chunk, this.#at);
    if (end === undefined) this.#at = chunk.length;
    else this.#closeAt(end);
  }

  /** To behind the end of a string, or to the line feed that no string may have in it. */
  #skipString(): void {
    const { bytes: chunk } = this.#view;
    // Not even behind a backslash may a line feed be.
    const from = this.#isEscaped ? this.#at + 1 : this.#at;
    this.#isEscaped = false;
    const end = findStringEnd(chunk, from, this.#view.nextBreak(this.#at));
    if (end.kind === "open") {
      this.#isEscaped = end.isEscaped;
      this.#at = chunk.length;
      return;
    }
    if (end.kind === "broken") this.#isBroken = true;
    this.#isInString = false;
    this.#at = end.at;
    if (this.#nesting.isEmpty()) this.#closeAt(end.at);
  }

  /** Over the members and elements of an object, to its end or into a string. */
  #skipNested(): void {
    const { bytes: chunk } = this.#view;
    let lineEnd = this.#view.nextBreak(this.#at);
    for (let at = this.#at; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      const meaning = MEANINGS[byte];
      if (meaning === MEANS_NOTHING) continue;
      if (meaning === QUOTES) {
        // Nearly all strings are done with here: this is where the time goes.
        const quote = chunk.indexOf(QUOTE, at + 1);
        const isPlain = quote !== -1 && quote < lineEnd && chunk[quote - 1] !== BACKSLASH;
        if (isPlain && MAY_PRECEDE_STRING[this.#view.byteBefore(at) ?? 0] === 1) {
          at = quote;
          continue;
        }
        this.#openString(at);
        return;
      }
      this.#at = at;
      if (meaning === OPENS) this.#openBracket(byte);
      else if (meaning === CLOSES) this.#closeBracket(byte);
      else if (byte === LINE_FEED) {
        this.#view.beginLine(this.#at + 1);
        lineEnd = this.#view.nextBreak(at + 1);
      } else this.#closeAt(at);
      if (this.#value === undefined) return;
    }
    this.#at = chunk.length;
  }

  #openString(at: number): void {
    if (MAY_PRECEDE_STRING[this.#view.byteBefore(at) ?? 0] === 0) this.#isBroken = true;
    this.#isInString = true;
    this.#at = at + 1;
  }

  #openBracket(byte: number): void {
    const before = this.#view.byteBefore(this.#at);
    const isFitting =
      before === COLON || before === OPEN_ARRAY || (before === COMMA && this.#nesting.isInArray());
    if (!isFitting) this.#isBroken = true;
    if (byte === OPEN_OBJECT && this.#isAtIndent() && !this.#mayGoOn()) this.#closeAt(this.#at);
    else this.#nesting.open(byte);
  }

  /** Whether the value is JSON so far, where another one would begin had this one been closed. */
  #mayGoOn(): boolean {
    if (this.#isBroken || this.#value === undefined) return false;
    const piece = this.#view.bytes.subarray(this.#start, this.#at);
    return mayBeJson(this.#value, piece, this.#nesting.closing());
  }

  /** Whether the line begins here, indented as the one that the value begins on. */
  #isAtIndent(): boolean {
    if (this.#value === undefined || this.#view.line === this.#value.line) return false;
    const { isBlank, indent } = this.#view.prefixAt(this.#at);
    return isBlank && indent === this.#value.json.indent;
  }

  #closeBracket(byte: number): void {
    switch (this.#nesting.close(byte)) {
      case "inner":
        return;
      case "mismatched":
        this.#isBroken = true;
        return;
      case "value":
        this.#closeAt(this.#at + 1);
        return;
      case "foreign":
        this.#closeAt(this.#at);
        return;
    }
  }

  /** The open value ends before `end`, where what follows begins. */
  #closeAt(end: number): void {
    const value = this.#value;
    if (value === undefined) return;
    const place = { chunk: this.#view.bytes, start: this.#start, end };
    this.#records.push(closeValue(value, place, this.#view.line > value.line));
    this.#value = undefined;
    this.#nesting.clear();
    this.#isInString = false;
    this.#at = end;
  }
}
