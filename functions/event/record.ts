/**
 * Where a record is: a range of bytes it shares with its neighbours (never copied until it has to
 * be), and its place in its source.
 */
export interface RecordBytes {
  readonly bytes: Buffer;
  /** Half-open range, trimmed of white space, byte-order mark and carriage return. */
  readonly start: number;
  readonly end: number;
  /** Bytes of the object before the record's line, or the record's index in its message. */
  readonly offset: number;
  /** 1-based line in the object; 1-based index in the message. */
  readonly line: number;
  /** Whether there are line feeds in it: in a message, or in JSON that is not a value a line. */
  readonly hasLineBreaks: boolean;
  /** Of a record in JSON of an object that is not a value a line: what is around it. */
  readonly json?: JsonPlace | undefined;
}

/** A position between two records of an object, where a later run can go on. */
export interface Position {
  /** Bytes of the object's contents before it, decompressed. */
  readonly offset: number;
  /** Line of the record after it, 1-based. */
  readonly line: number;
  /** Of JSON that is not a value a line: what is around. Absent elsewhere, and where not known. */
  readonly json?: JsonPlace | undefined;
}

/** What reading has to know of the JSON before a place to go on there as if it had read it. */
export interface JsonPlace {
  /**
   * Brackets that are open there: of arrays, and behind contents that end in the middle of a value,
   * that of the value.
   */
  readonly open: number;
  /** Spaces and tabs that its line begins with, as far as there. */
  readonly indent: number;
  /** Whether something else is between them and the place. */
  readonly isIndentOver: boolean;
}

/**
 * An event as it will be sent: `bytes[start, end)` with `insertion` (ASCII) put in at `insertAt`.
 */
export interface EventBytes {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly insertAt: number;
  readonly insertion: string;
  /** `$identify`, `$create_alias`, `$merge`: sent in requests of their own. */
  readonly isIdentity: boolean;
  readonly record: RecordBytes;
}

/** Bytes `event` takes in a request, without its line break. */
export function sizeOf(event: EventBytes): number {
  return event.end - event.start + event.insertion.length;
}

const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Start of a record within `bytes[start, end)`: past white space and a byte-order mark. `end` when
 * it is blank.
 */
export function trimStart(bytes: Buffer, start: number, end: number): number {
  let position = start;
  if (bytes[position] === 0xef && bytes[position + 1] === 0xbb && bytes[position + 2] === 0xbf)
    position += 3;
  while (position < end && isWhiteSpace(bytes[position])) position++;
  return Math.min(position, end);
}

/** End of a record within `bytes[start, end)`: before trailing white space. */
export function trimEnd(bytes: Buffer, start: number, end: number): number {
  let position = end;
  while (position > start && isWhiteSpace(bytes[position - 1])) position--;
  return position;
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN;
}
