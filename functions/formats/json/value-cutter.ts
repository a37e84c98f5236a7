import { trimEnd, type Position, type RecordBytes } from "../../event/record.ts";
import type { OversizedRecord, RecordBlock } from "../record-block.ts";
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isBlank,
  LINE_FEED,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  RECORD_SEPARATOR,
} from "./bytes.ts";
import { extendPrefix, LINE_START, type LinePrefix } from "./line-prefix.ts";
import { Nesting } from "./nesting.ts";
import { bytesSoFar, closeValue, keepPiece, newValue, type OpenValue } from "./open-value.ts";

/** What a byte can mean within a value, outside of its strings. */
const OPENS = 1;
const CLOSES = 2;
const QUOTES = 3;
const BREAKS = 4;
const MEANINGS = new Uint8Array(256);
for (const byte of [OPEN_OBJECT, OPEN_ARRAY]) MEANINGS[byte] = OPENS;
for (const byte of [CLOSE_OBJECT, CLOSE_ARRAY]) MEANINGS[byte] = CLOSES;
MEANINGS[QUOTE] = QUOTES;
for (const byte of [LINE_FEED, RECORD_SEPARATOR]) MEANINGS[byte] = BREAKS;

/** What separates values, and so is never part of a bare word. */
const SEPARATES = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0d, LINE_FEED, COMMA, OPEN_ARRAY, CLOSE_ARRAY, RECORD_SEPARATOR])
  SEPARATES[byte] = 1;

/** What is before a string: after anything else a quote was lost, or is one too many. */
const MAY_PRECEDE_STRING = new Uint8Array(256);
for (const byte of [OPEN_OBJECT, OPEN_ARRAY, COMMA, COLON]) MAY_PRECEDE_STRING[byte] = 1;

/** How often a value is parsed to find out whether it is JSON so far. */
const MAX_LOOKS = 16;

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
  #offset: number;
  #line: number;
  #value: OpenValue | undefined;
  readonly #nesting = new Nesting();
  #isInString = false;
  /** Whether the last chunk ended behind a backslash that escapes what follows. */
  #isEscaped = false;
  /** Whether the open value is known not to be JSON. */
  #isBroken = false;
  /** Of the line in which the last chunk ended. */
  #prefix: LinePrefix = LINE_START;
  /** The last byte so far that is not white space. */
  #lastByte: number | undefined;

  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Where in the chunk the value begins. */
  #start = 0;
  /** Where in the chunk its last line begins; -1: before it. */
  #lineStart = -1;
  #breaks = { lineFeed: -1, separator: -1 };
  #records: (RecordBytes | OversizedRecord)[] = [];

  constructor(start: Position) {
    this.#offset = start.offset;
    this.#line = start.line;
  }

  /** The last byte so far that is not white space; undefined: there was none. */
  lastByte(): number | undefined {
    return this.#lastByte;
  }

  /** The values that end in `chunk`, which comes next. */
  cut(chunk: Buffer): RecordBlock {
    this.#begin(chunk);
    while (this.#at < chunk.length) {
      if (this.#value === undefined) this.#findValue();
      else if (this.#isInString) this.#skipString();
      else if (this.#nesting.isEmpty()) this.#skipWord();
      else this.#skipNested();
    }
    return this.#block();
  }

  /** At the end of the contents: the value that is open, as far as it is there. */
  finish(): RecordBlock {
    this.#begin(Buffer.alloc(0));
    this.#closeAt(0);
    return this.#block();
  }

  #begin(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
    this.#start = 0;
    this.#lineStart = -1;
    this.#breaks = { lineFeed: -1, separator: -1 };
    this.#records = [];
  }

  #block(): RecordBlock {
    const chunk = this.#chunk;
    this.#prefix = this.#prefixAt(chunk.length);
    this.#lastByte = this.#byteBefore(chunk.length);
    this.#offset += chunk.length;
    const end = this.#value ?? { offset: this.#offset, line: this.#line };
    if (this.#value !== undefined) keepPiece(this.#value, chunk.subarray(this.#start));
    return {
      kind: "records",
      records: this.#records,
      end: { offset: end.offset, line: end.line },
    };
  }

  /** Passes over what separates values, and begins the next one. */
  #findValue(): void {
    const chunk = this.#chunk;
    for (; this.#at < chunk.length; this.#at++) {
      const byte = chunk[this.#at] ?? 0;
      if (byte === LINE_FEED) this.#beginLine();
      else if (SEPARATES[byte] === 0 && !this.#isByteOrderMark(byte)) {
        this.#openValue(byte);
        return;
      }
    }
  }

  #isByteOrderMark(byte: number): boolean {
    return BYTE_ORDER_MARK[this.#offset + this.#at] === byte;
  }

  #openValue(byte: number): void {
    const at = this.#at;
    this.#value = newValue(this.#offset + at, this.#line, this.#prefixAt(at).indent);
    this.#start = at;
    this.#isBroken = false;
    this.#nesting.clear();
    if (byte === OPEN_OBJECT) this.#nesting.open(byte);
    this.#isInString = byte === QUOTE;
    this.#at++;
  }

  /** A number, a name, or something that is nothing. */
  #skipWord(): void {
    const chunk = this.#chunk;
    let at = this.#at;
    for (; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (SEPARATES[byte] === 1 || byte === OPEN_OBJECT || byte === QUOTE) {
        this.#closeAt(at);
        return;
      }
    }
    this.#at = at;
  }

  /** To behind the end of a string, or to the line feed that no string may have in it. */
  #skipString(): void {
    const chunk = this.#chunk;
    if (this.#isEscaped) this.#at++;
    this.#isEscaped = false;
    const lineEnd = this.#nextBreak(this.#at);
    for (;;) {
      const quote = chunk.indexOf(QUOTE, this.#at);
      if (lineEnd < (quote === -1 ? chunk.length : quote)) {
        this.#isInString = false;
        this.#isBroken = true;
        this.#at = lineEnd;
        break;
      }
      const end = quote === -1 ? chunk.length : quote;
      const isEscaped = this.#isEscapedAt(end);
      this.#at = Math.min(end + 1, chunk.length);
      if (quote === -1) {
        this.#isEscaped = isEscaped;
        return;
      }
      if (isEscaped) continue;
      this.#isInString = false;
      break;
    }
    if (this.#nesting.isEmpty()) this.#closeAt(this.#at);
  }

  /** Whether an odd number of backslashes is before `end`. */
  #isEscapedAt(end: number): boolean {
    let at = end;
    while (at > this.#at && this.#chunk[at - 1] === BACKSLASH) at--;
    return (end - at) % 2 === 1;
  }

  /** Over the members and elements of an object, to its end or into a string. */
  #skipNested(): void {
    const chunk = this.#chunk;
    let lineEnd = this.#nextBreak(this.#at);
    for (let at = this.#at; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      const meaning = MEANINGS[byte];
      if (meaning === 0) continue;
      if (meaning === QUOTES) {
        // Nearly all strings are done with here: this is where the time goes.
        const quote = chunk.indexOf(QUOTE, at + 1);
        const isPlain = quote !== -1 && quote < lineEnd && chunk[quote - 1] !== BACKSLASH;
        if (isPlain && MAY_PRECEDE_STRING[this.#byteBefore(at) ?? 0] === 1) {
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
        this.#beginLine();
        lineEnd = this.#nextBreak(at + 1);
      } else this.#closeAt(at);
      if (this.#value === undefined) return;
    }
    this.#at = chunk.length;
  }

  #openString(at: number): void {
    if (MAY_PRECEDE_STRING[this.#byteBefore(at) ?? 0] === 0) this.#isBroken = true;
    this.#isInString = true;
    this.#at = at + 1;
  }

  #openBracket(byte: number): void {
    const before = this.#byteBefore(this.#at);
    const isFitting =
      before === COLON || before === OPEN_ARRAY || (before === COMMA && this.#nesting.isInArray());
    if (!isFitting) this.#isBroken = true;
    if (byte === OPEN_OBJECT && this.#isAtIndent() && (this.#isBroken || !this.#mayGoOn()))
      this.#closeAt(this.#at);
    else this.#nesting.open(byte);
  }

  /**
   * Whether the value is JSON so far. Asked where another value would begin, had this one been
   * closed; but not on and on of a value in which every line looks like that.
   */
  #mayGoOn(): boolean {
    const value = this.#value;
    if (value === undefined || value.looks++ >= MAX_LOOKS) return true;
    const soFar = bytesSoFar(value, this.#chunk.subarray(this.#start, this.#at));
    return soFar === undefined || isJsonWhen(soFar, this.#nesting.closing());
  }

  /** Whether the line begins here, indented as the one that the value begins on. */
  #isAtIndent(): boolean {
    const { isBlank: isFirst, indent } = this.#prefixAt(this.#at);
    return isFirst && indent === this.#value?.indent && this.#line > this.#value.line;
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
    const place = { chunk: this.#chunk, start: this.#start, end };
    this.#records.push(trimmed(closeValue(value, place, this.#line > value.line)));
    this.#value = undefined;
    this.#isInString = false;
    this.#at = end;
  }

  #beginLine(): void {
    this.#line++;
    this.#lineStart = this.#at + 1;
  }

  #prefixAt(at: number): LinePrefix {
    return this.#lineStart === -1
      ? extendPrefix(this.#prefix, this.#chunk, 0, at)
      : extendPrefix(LINE_START, this.#chunk, this.#lineStart, at);
  }

  /** The last byte before `at` that is not white space. */
  #byteBefore(at: number): number | undefined {
    let before = at - 1;
    while (before >= 0 && isBlank(this.#chunk[before])) before--;
    return before < 0 ? this.#lastByte : this.#chunk[before];
  }

  /** The next line feed or record separator from `at` on; Infinity: there is none. */
  #nextBreak(at: number): number {
    const { lineFeed, separator } = this.#breaks;
    if (lineFeed < at) this.#breaks.lineFeed = this.#find(LINE_FEED, at);
    if (separator < at) this.#breaks.separator = this.#find(RECORD_SEPARATOR, at);
    return Math.min(this.#breaks.lineFeed, this.#breaks.separator);
  }

  #find(byte: number, at: number): number {
    const found = this.#chunk.indexOf(byte, at);
    return found === -1 ? Infinity : found;
  }
}

/** Whether `bytes`, without a comma at their end, are JSON when `closing` is behind them. */
function isJsonWhen(bytes: Buffer, closing: string): boolean {
  const text = bytes.toString("latin1").replace(/[,\s]+$/, "");
  try {
    JSON.parse(text + closing);
    return true;
  } catch {
    return false;
  }
}

/** Of a value that was broken off, white space is left over at the end. */
function trimmed(record: RecordBytes | OversizedRecord): RecordBytes | OversizedRecord {
  if ("head" in record) return record;
  return { ...record, end: trimEnd(record.bytes, record.start, record.end) };
}
