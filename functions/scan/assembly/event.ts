/**
 * Looks at the bytes of one event: what its properties are, and whether anything about it is
 * unusual.
 */
import {
  isIdentityEvent,
  isPastTime,
  isPlainDistinctId,
  isPlainInsertId,
  isPlainName,
} from "./ids";
import { eventKey, Key, mayBeOperator, propertyKey } from "./keys";
import { REFUSED } from "./layout";
import { skipPlainText, skipWhiteSpace } from "./text";
import { CLOSE_OBJECT, COMMA, OPEN_OBJECT, skipColon, skipValue } from "./value";

/** What is known of the event, in `flags`. */
export const HAS_IP: i32 = 1;
export const HAS_INSERT_ID: i32 = 2;
export const IS_IDENTITY: i32 = 4;
/** Only to notice what is there twice. */
const HAS_DISTINCT_ID: i32 = 8;
const HAS_TIME: i32 = 16;

/** Of the last event that was scanned: position of the `}` of `properties`, and flags. */
export let propertiesEnd: usize = REFUSED;
export let flags: i32 = 0;

/** Whether the last event that was refused may be an update of a profile. */
export let mayBeUpdate: bool = false;

/**
 * Behind the `}` of the event that begins at `start`; REFUSED when it falls back to `JSON.parse`.
 */
export function scanEvent(start: usize, nowMs: f64): usize {
  mayBeUpdate = false;
  if (load<u8>(start) != OPEN_OBJECT) return REFUSED;
  propertiesEnd = REFUSED;
  let event = REFUSED;
  let eventEnd = REFUSED;
  let at = skipWhiteSpace(start + 1);
  while (true) {
    const keyEnd = skipPlainText(at);
    if (keyEnd == REFUSED) return REFUSED;
    // It may be an update of a profile, or both: that is for its keys to say, one by one.
    if (mayBeOperator(at, keyEnd)) {
      mayBeUpdate = true;
      return REFUSED;
    }
    const value = skipColon(keyEnd);
    if (value == REFUSED) return REFUSED;
    const key = eventKey(at, keyEnd);
    if (key == Key.Properties) {
      if (propertiesEnd != REFUSED) return REFUSED;
      propertiesEnd = scanProperties(value, nowMs);
      if (propertiesEnd == REFUSED) return REFUSED;
      at = propertiesEnd + 1;
    } else {
      at = skipValue(value, 0);
      if (at == REFUSED) return REFUSED;
      if (key == Key.Event) {
        if (event != REFUSED || !isPlainName(value, at)) return REFUSED;
        event = value;
        eventEnd = at;
      }
    }
    at = skipWhiteSpace(at);
    const byte = load<u8>(at);
    if (byte == CLOSE_OBJECT) break;
    if (byte != COMMA) return REFUSED;
    at = skipWhiteSpace(at + 1);
  }
  if (event == REFUSED || propertiesEnd == REFUSED) return REFUSED;
  if (isIdentityEvent(event, eventEnd)) flags |= IS_IDENTITY;
  return at + 1;
}

/** Position of the `}`. */
function scanProperties(open: usize, nowMs: f64): usize {
  if (load<u8>(open) != OPEN_OBJECT) return REFUSED;
  let seen = 0;
  let at = skipWhiteSpace(open + 1);
  while (true) {
    const keyEnd = skipPlainText(at);
    if (keyEnd == REFUSED) return REFUSED;
    const value = skipColon(keyEnd);
    if (value == REFUSED) return REFUSED;
    const next = skipValue(value, 0);
    if (next == REFUSED) return REFUSED;
    const key = propertyKey(at, keyEnd);
    if (key != Key.Other) {
      const flag = flagOf(key);
      // Of `ip` it does not matter whether it is there twice.
      if ((seen & flag & ~HAS_IP) != 0 || !isPlain(key, value, next, nowMs)) return REFUSED;
      seen |= flag;
    }
    at = skipWhiteSpace(next);
    const byte = load<u8>(at);
    if (byte == CLOSE_OBJECT) break;
    if (byte != COMMA) return REFUSED;
    at = skipWhiteSpace(at + 1);
  }
  flags = seen;
  return (seen & HAS_TIME) != 0 ? at : REFUSED;
}

function flagOf(key: Key): i32 {
  if (key == Key.Time) return HAS_TIME;
  if (key == Key.DistinctId) return HAS_DISTINCT_ID;
  if (key == Key.InsertId) return HAS_INSERT_ID;
  return key == Key.Ip ? HAS_IP : 0;
}

/** Whether the value of a key that matters is plain, so that it need not be parsed. */
function isPlain(key: Key, start: usize, end: usize, nowMs: f64): bool {
  if (key == Key.Time) return isPastTime(start, end, nowMs);
  if (key == Key.DistinctId) return isPlainDistinctId(start, end);
  if (key == Key.InsertId) return isPlainInsertId(start, end);
  return key == Key.Ip;
}
