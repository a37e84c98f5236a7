/**
 * Makes the event of a row of the usual columns, as event/row-mapping.ts says, of the row's own
 * bytes. Whatever is unusual about a row is REFUSED, and falls back to `JSON.parse`.
 */
import { skipCanonical } from "./canonical";
import { Column, columnOf } from "./columns";
import { HAS_INSERT_ID, HAS_IP, IS_IDENTITY } from "./event";
import {
  isIdentityEvent,
  isPastTime,
  isPlainDistinctId,
  isPlainInsertId,
  isPlainName,
} from "./ids";
import { INPUT, MAPPED, PADDING, REFUSED } from "./layout";
import { QUOTE, skipPlainText } from "./text";
import { CLOSE_OBJECT, COLON, COMMA, NULL, OPEN_OBJECT, ZERO } from "./value";

const LINE_FEED: u8 = 0x0a;
const DOLLAR: u8 = 0x24;

const OPEN_EVENT: u64 = 0x22746e657665227b; // {"event"
const COMMA_PROPER: u64 = 0x7265706f7270222c; // ,"proper
const TIES: u32 = 0x73656974; // ties
const QUOTE_COLON: u16 = 0x3a22; // ":
const COMMA_TIME: u64 = 0x3a22656d6974222c; // ,"time":
const CLOSE_BOTH: u16 = 0x7d7d; // }}

/** What a row has: columns for one thing are refused when there are two of them. */
const HAS_EVENT: i32 = 8;
const HAS_TIME: i32 = 16;
const HAS_DISTINCT_ID: i32 = 32;
const HAS_INSERT_ID_COLUMN: i32 = 64;

/** Of the last row that was mapped: its event is `[mappedStart, mappedEnd)`. */
export let mappedStart: i32 = 0;
export let mappedEnd: i32 = 0;
export let mappedFlags: i32 = 0;

/** Columns from here on are not written yet, up to the next one that is not written as it is. */
let run: usize = INPUT;
/** Where what is next of the event is written. */
let to: usize = MAPPED;
let event: usize = REFUSED;
let eventEnd: usize = REFUSED;

/** Whether the event of the row, the input up to `length`, was written. */
export function mapRow(length: i32, nowMs: f64): bool {
  const end = INPUT + length;
  // Ends whatever the row does not.
  store<u8>(end, LINE_FEED);
  memory.fill(end + 1, 0, PADDING - 1);
  if (load<u8>(INPUT) != OPEN_OBJECT) return false;
  run = INPUT;
  to = MAPPED;
  mappedFlags = 0;
  let at = INPUT;
  do {
    at = mapColumn(at, nowMs);
    if (at == REFUSED) return false;
  } while (load<u8>(at) == COMMA);
  if (load<u8>(at) != CLOSE_OBJECT || at + 1 != end) return false;
  if ((mappedFlags & (HAS_EVENT | HAS_TIME)) != (HAS_EVENT | HAS_TIME)) return false;
  writeUpTo(at);
  writeEnds();
  return true;
}

/** Behind the column whose separator (a comma, or the opening brace) is at `at`. */
function mapColumn(at: usize, nowMs: f64): usize {
  const keyEnd = skipPlainText(at + 1);
  if (keyEnd == REFUSED || load<u8>(keyEnd) != COLON) return REFUSED;
  const value = keyEnd + 1;
  const next = skipCanonical(value);
  if (next == REFUSED) return REFUSED;
  const column = columnOf(at + 1, keyEnd);
  const isNull = load<u32>(value) == NULL;
  if (column == Column.Other) {
    if (isNull) leaveOut(at, next);
    return next;
  }
  const flag = flagOf(column);
  if (column == Column.Unusual || (mappedFlags & flag) != 0) return REFUSED;
  mappedFlags |= flag;
  if (isNull) {
    if (column == Column.Ip) mappedFlags &= ~HAS_IP;
    leaveOut(at, next);
    return (flag & (HAS_EVENT | HAS_TIME)) == 0 ? next : REFUSED;
  }
  return mapPart(column, at, value, next, nowMs) ? next : REFUSED;
}

function flagOf(column: Column): i32 {
  if (column == Column.Event || column == Column.EventName) return HAS_EVENT;
  if (column == Column.Time || column == Column.Timestamp) return HAS_TIME;
  if (column == Column.DistinctId) return HAS_DISTINCT_ID;
  return column == Column.Ip ? HAS_IP : HAS_INSERT_ID_COLUMN;
}

/** A column that is a part of the event: whether its value is plain. */
function mapPart(column: Column, at: usize, value: usize, next: usize, nowMs: f64): bool {
  switch (flagOf(column)) {
    case HAS_EVENT:
      return mapName(at, value, next);
    case HAS_TIME:
      return mapTime(column, at, value, next, nowMs);
    case HAS_DISTINCT_ID:
      return isPlainDistinctId(value, next);
    case HAS_INSERT_ID_COLUMN:
      return mapInsertId(column, at, value, next);
    default:
      return true;
  }
}

function mapName(at: usize, value: usize, next: usize): bool {
  if (!isPlainName(value, next)) return false;
  event = value;
  eventEnd = next;
  leaveOut(at, next);
  return true;
}

/** A number that is a text becomes the number. */
function mapTime(column: Column, at: usize, value: usize, next: usize, nowMs: f64): bool {
  const isText = load<u8>(value) == QUOTE;
  const start = isText ? value + 1 : value;
  const end = isText ? next - 1 : next;
  if (end == start || (load<u8>(start) == ZERO && end - start > 1)) return false;
  if (!isPastTime(start, end, nowMs)) return false;
  if (!isText && column == Column.Time) return true;
  leaveOut(at, next);
  store<u64>(to, COMMA_TIME);
  memory.copy(to + 8, start, end - start);
  to += 8 + end - start;
  return true;
}

function mapInsertId(column: Column, at: usize, value: usize, next: usize): bool {
  if (!isPlainInsertId(value, next)) return false;
  mappedFlags |= HAS_INSERT_ID;
  if (column == Column.DollarInsertId) return true;
  // Behind the quote of the key.
  writeUpTo(at + 2);
  store<u8>(to++, DOLLAR);
  run = at + 2;
  return true;
}

function leaveOut(at: usize, next: usize): void {
  writeUpTo(at);
  run = next;
}

function writeUpTo(end: usize): void {
  memory.copy(to, run, end - run);
  to += end - run;
}

/** What is before the properties and behind them. */
function writeEnds(): void {
  store<u8>(MAPPED, OPEN_OBJECT);
  store<u16>(to, CLOSE_BOTH);
  const name = MAPPED - 14 - (eventEnd - event);
  store<u64>(name - 9, OPEN_EVENT);
  store<u8>(name - 1, COLON);
  memory.copy(name, event, eventEnd - event);
  store<u64>(MAPPED - 14, COMMA_PROPER);
  store<u32>(MAPPED - 6, TIES);
  store<u16>(MAPPED - 2, QUOTE_COLON);
  if (isIdentityEvent(event, eventEnd)) mappedFlags |= IS_IDENTITY;
  mappedStart = <i32>(name - 9);
  mappedEnd = <i32>(to + 2);
}
