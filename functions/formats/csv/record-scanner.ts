import { CARRIAGE_RETURN, endsLine, LINE_FEED, QUOTE, type Dialect } from "./dialect.ts";

/** What is known of a field besides where it is. */
export const QUOTED = 1;
/** Quotes in it are written twice. */
export const HAS_DOUBLED_QUOTES = 2;
/** There are characters in it that JSON wants escaped. */
export const NEEDS_ESCAPES = 4;

/** How the look at one record ended. */
export type ScanEnd =
  /** Behind its line end, or at the end of the contents. */
  | "whole"
  /** Before its line end. */
  | "cut"
  /** Within a quoted field. */
  | "in-quotes";

/** Kinds of bytes outside quotes. */
const PLAIN = 0;
const ESCAPED = 1;
const ENDS_FIELD = 2;

/**
 * Finds the fields of one record after the other, by the rules of RFC 4180
 * (https://www.rfc-editor.org/rfc/rfc4180) and what is in the wild: a quote opens only at the
 * beginning of a field, elsewhere it is text. What `scan` has found is in the properties, until it
 * is called again: a new object for each of millions of fields would be too much.
 */
export class RecordScanner {
  readonly #dialect: Dialect;
  readonly #delimiter: number;
  readonly #kinds: Uint8Array;
  /** Of the first fields, as many as there are columns: what is between the quotes, if any. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  /** All fields, also those that no column is for. */
  fields = 0;
  /** Where the record's bytes end, without its line end. */
  end = 0;
  /** Where the next record begins. */
  next = 0;
  /** Line ends within the record, and its own. */
  lines = 0;
  /** Where the record's second line begins; -1: it has none. */
  secondLine = -1;
  /** Whether there is text behind a closing quote. */
  isBroken = false;

  constructor(dialect: Dialect, columns: number) {
    this.#dialect = dialect;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#kinds = kindsOf(dialect);
    this.starts = new Int32Array(columns);
    this.ends = new Int32Array(columns);
    this.flags = new Uint8Array(columns);
  }

  /**
   * Looks at the record that begins at `start`.
   *
   * @param isWhole whether the contents end at `end`
   */
  scan(bytes: Buffer, start: number, end: number, isWhole: boolean): ScanEnd {
    this.fields = 0;
    this.lines = 0;
    this.secondLine = -1;
    this.isBroken = false;
    for (let at = start; ;) {
      const fieldEnd =
        bytes[at] === QUOTE && at < end
          ? this.#scanQuoted(bytes, at, end, isWhole)
          : this.#scanPlain(bytes, at, at, end, isWhole);
      if (fieldEnd < 0) return fieldEnd === IN_QUOTES ? "in-quotes" : "cut";
      if (fieldEnd >= end || bytes[fieldEnd] !== this.#delimiter) {
        this.#endRecord(bytes, fieldEnd, end);
        return "whole";
      }
      at = fieldEnd + 1;
    }
  }

  /** @returns where the field's delimiter or line end is, or why there is none */
  #scanQuoted(bytes: Buffer, open: number, end: number, isWhole: boolean): number {
    let flags = QUOTED;
    let at = open + 1;
    for (; ; at++) {
      const byte = bytes[at] ?? 0;
      if (at >= end) return IN_QUOTES;
      if (byte === QUOTE) {
        // Whether it closes the field is for the next byte to say.
        if (at + 1 >= end && !isWhole) return IN_QUOTES;
        if (at + 1 >= end || bytes[at + 1] !== QUOTE) break;
        flags |= HAS_DOUBLED_QUOTES;
        at++;
      } else if (byte < 0x20 || byte === BACKSLASH) {
        flags |= NEEDS_ESCAPES;
        if (endsLine(byte, this.#dialect)) this.#countLine(at);
      }
    }
    const close = at;
    const behind = at + 1;
    const lineEnd = this.#behindReturns(bytes, behind, end);
    // A carriage return may be the beginning of a line end.
    if (lineEnd >= end && !isWhole) return CUT;
    if (lineEnd >= end || endsLine(bytes[lineEnd], this.#dialect)) {
      this.#addField(open + 1, close, flags);
      return lineEnd;
    }
    if (bytes[behind] === this.#delimiter) {
      this.#addField(open + 1, close, flags);
      return behind;
    }
    this.isBroken = true;
    return this.#scanPlain(bytes, open, behind, end, isWhole);
  }

  /** A field that begins at `start`, from `from` on. */
  #scanPlain(bytes: Buffer, start: number, from: number, end: number, isWhole: boolean): number {
    const kinds = this.#kinds;
    let flags = 0;
    let at = from;
    for (; at < end; at++) {
      const kind = kinds[bytes[at] ?? 0];
      if (kind === PLAIN) continue;
      if (kind === ENDS_FIELD) break;
      flags = NEEDS_ESCAPES;
    }
    if (at >= end && !isWhole) return CUT;
    // A delimiter has no part of a line end before it.
    const isAtLineEnd = at >= end || bytes[at] !== this.#delimiter;
    let fieldEnd = at;
    if (isAtLineEnd) while (fieldEnd > start && bytes[fieldEnd - 1] === CARRIAGE_RETURN) fieldEnd--;
    this.#addField(start, fieldEnd, flags);
    return at;
  }

  #addField(start: number, end: number, flags: number): void {
    const index = this.fields++;
    if (index >= this.starts.length) return;
    this.starts[index] = start;
    this.ends[index] = end;
    this.flags[index] = flags;
  }

  #countLine(at: number): void {
    if (this.lines++ === 0) this.secondLine = at + 1;
  }

  #endRecord(bytes: Buffer, at: number, end: number): void {
    this.next = Math.min(at + 1, end);
    this.lines++;
    this.end = at;
    if (this.#dialect.lineEnd === "lf") while (bytes[this.end - 1] === CARRIAGE_RETURN) this.end--;
  }

  /**
   * Where a line feed may be. Usually behind one carriage return; behind two where Python has
   * written CRLF as text on Windows: https://docs.python.org/3/library/csv.html#id4.
   */
  #behindReturns(bytes: Buffer, from: number, end: number): number {
    let at = from;
    if (this.#dialect.lineEnd === "lf") while (at < end && bytes[at] === CARRIAGE_RETURN) at++;
    return at;
  }
}

const BACKSLASH = 0x5c;
const CUT = -1;
const IN_QUOTES = -2;

function kindsOf(dialect: Dialect): Uint8Array {
  const kinds = new Uint8Array(256);
  kinds.fill(ESCAPED, 0, 0x20);
  kinds[QUOTE] = ESCAPED;
  kinds[BACKSLASH] = ESCAPED;
  kinds[LINE_FEED] = ENDS_FIELD;
  if (dialect.lineEnd === "cr") kinds[CARRIAGE_RETURN] = ENDS_FIELD;
  kinds[dialect.delimiter.charCodeAt(0)] = ENDS_FIELD;
  return kinds;
}
