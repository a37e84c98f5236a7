/**
 * Cuts the input into lines and scans each of them. Compiled to ../module.ts; what is exported is
 * called by JavaScript.
 */
import {
  flags,
  HAS_INSERT_ID,
  HAS_IP,
  IS_IDENTITY,
  mayBeUpdate,
  propertiesEnd,
  scanEvent,
} from "./event";
import { INPUT, MAX_ROWS, PADDING, REFUSED, ROW_BYTES, TABLE } from "./layout";
import { isWhiteSpace, skipWhiteSpace } from "./text";
import { scanUpdate, updateFlags } from "./update";

export {
  IDENTITY_EVENTS,
  INPUT,
  MAX_INPUT,
  MAX_PLACEHOLDER_BYTES,
  MAX_ROW,
  MAX_ROWS,
  PLACEHOLDER_IDS,
  STARTS_PLACEHOLDER,
  TABLE,
} from "./layout";
export { mappedEnd, mappedFlags, mappedStart, mapRow } from "./rows";
export { firstMilliseconds, maxInsertIdBytes, maxSecondsAhead } from "./rules";

const LINE_FEED: u8 = 0x0a;
const BYTE_ORDER_MARK: u32 = 0xbfbbef;
const KNOWN_FLAGS: i32 = HAS_IP | HAS_INSERT_ID | IS_IDENTITY;

/** In the place of the end of properties: it falls back to `JSON.parse`, or is an update. */
const UNKNOWN: i32 = -1;
const UPDATE: i32 = -2;

/** Where the last scan ended: at the end of the input, unless the table was full. */
export let scannedEnd: i32 = 0;

/** Lines that the last scan went through, also the blank ones. */
export let scannedLines: i32 = 0;

/**
 * Scans the lines of the input up to `length`, and returns the number of rows it wrote: one for
 * each line that is not blank, until the table is full. `looksAtEvents` is false when only the
 * lines are of interest: then all events fall back to `JSON.parse`.
 */
export function scanLines(length: i32, nowMs: f64, looksAtEvents: bool): i32 {
  const end = INPUT + length;
  // Ends the last line, and with it every loop; what is read behind it is always the same.
  store<u8>(end, LINE_FEED);
  memory.fill(end + 1, 0, PADDING - 1);
  let rows = 0;
  let line = 0;
  let at = INPUT;
  for (; at < end && rows < MAX_ROWS; line++) {
    const start = trimStart(at);
    if (load<u8>(start) == LINE_FEED) {
      at = start + 1;
      continue;
    }
    const row = TABLE + <usize>rows * ROW_BYTES;
    at = (looksAtEvents ? scanLine(row, start, line, nowMs) : cutLine(row, start, line)) + 1;
    rows++;
  }
  scannedEnd = <i32>(min(at, end) - INPUT);
  scannedLines = line;
  return rows;
}

/**
 * Writes the row of the line that begins at `start`, trimmed, and returns the position of its line
 * feed.
 */
function scanLine(row: usize, start: usize, line: i32, nowMs: f64): usize {
  const eventEnd = scanEvent(start, nowMs);
  if (eventEnd != REFUSED) {
    const lineEnd = skipWhiteSpace(eventEnd);
    if (load<u8>(lineEnd) == LINE_FEED) {
      writeRow(row, start, eventEnd, <i32>(propertiesEnd - INPUT), flags & KNOWN_FLAGS, line);
      return lineEnd;
    }
  } else if (mayBeUpdate) {
    const updateEnd = scanUpdate(start);
    const lineEnd = skipWhiteSpace(updateEnd);
    if (updateEnd != REFUSED && load<u8>(lineEnd) == LINE_FEED) {
      writeRow(row, start, updateEnd, UPDATE, updateFlags, line);
      return lineEnd;
    }
  }
  return cutLine(row, start, line);
}

/** The same without a look at the event. */
function cutLine(row: usize, start: usize, line: i32): usize {
  const lineEnd = findLineFeed(start);
  writeRow(row, start, trimEnd(start, lineEnd), UNKNOWN, 0, line);
  return lineEnd;
}

/** Positions are counted from INPUT, lines from the first one of the scan. */
function writeRow(
  row: usize,
  start: usize,
  end: usize,
  properties: i32,
  known: i32,
  line: i32,
): void {
  store<i32>(row, <i32>(start - INPUT));
  store<i32>(row, <i32>(end - INPUT), 4);
  store<i32>(row, properties, 8);
  store<i32>(row, known, 12);
  store<i32>(row, line, 16);
}

/** Start of a record: past a byte-order mark and white space. At the line feed when it is blank. */
function trimStart(start: usize): usize {
  const isMarked = (load<u32>(start) & 0xffffff) == BYTE_ORDER_MARK;
  return skipWhiteSpace(isMarked ? start + 3 : start);
}

/** End of a record: before trailing white space. */
function trimEnd(start: usize, lineEnd: usize): usize {
  let end = lineEnd;
  while (end > start && isWhiteSpace(load<u8>(end - 1))) end--;
  return end;
}

function findLineFeed(at: usize): usize {
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(LINE_FEED)));
    if (found != 0) return at + ctz(found);
    at += 16;
  }
}
