import {
  IDENTITY_EVENTS,
  INSERT_ID as INSERT_ID_PATTERN,
  PLACEHOLDER_IDS,
} from "../mixpanel/limits.ts";
import { isTooFarAhead } from "./event-checks.ts";
import { isUsableInsertId } from "./insert-id.ts";
import {
  isTextAt,
  REFUSED,
  skipPlainText,
  skipString,
  skipValue,
  skipWhiteSpace,
} from "./skip-json.ts";

/** What the bytes of an event tell that needs no closer look. */
export interface ScannedEvent {
  /** Position of the `}` of `properties`, which are not empty: what is added goes before it. */
  readonly propertiesEnd: number;
  readonly hasIp: boolean;
  /** False: there is no `$insert_id` at all; one that cannot be sent as it is takes a closer look. */
  readonly hasInsertId: boolean;
  readonly isIdentity: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DOLLAR = 0x24;
const COMMA = 0x2c;
const COLON = 0x3a;
const ZERO = 0x30;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const EVENT = Buffer.from('"event"');
const PROPERTIES = Buffer.from('"properties"');
const TIME = Buffer.from('"time"');
const DISTINCT_ID = Buffer.from('"distinct_id"');
const INSERT_ID = Buffer.from('"$insert_id"');
const IP = Buffer.from('"ip"');
const IGNORE = Buffer.from('"$ignore"');

/**
 * Looks at the bytes of a record and says what has to be known to send it as it is. `undefined` means that it takes a
 * closer look: it may be malformed, unusable, to be mended, or only unusual (an escape in a key, a key twice, a time
 * with a fraction). So whatever is answered here is certain: the record is an event that passes every check.
 */
export function scanEvent(
  bytes: Buffer,
  start: number,
  end: number,
  nowMs: number,
): ScannedEvent | undefined {
  if (bytes[start] !== OPEN_OBJECT) return undefined;
  let event = REFUSED;
  let properties: ScannedProperties | undefined;
  let position = skipWhiteSpace(bytes, start + 1);
  for (;;) {
    const keyEnd = skipPlainText(bytes, position);
    const value = skipColon(bytes, keyEnd);
    let next: number;
    if (isKey(bytes, position, keyEnd, PROPERTIES)) {
      if (properties !== undefined) return undefined;
      properties = scanProperties(bytes, value, nowMs);
      next = properties === undefined ? REFUSED : properties.end + 1;
    } else {
      next = skipValue(bytes, value);
      if (isKey(bytes, position, keyEnd, EVENT)) {
        if (event !== REFUSED || !isPlainName(bytes, value, next)) return undefined;
        event = value;
      }
    }
    position = skipWhiteSpace(bytes, next);
    if (next === REFUSED) return undefined;
    if (bytes[position] === CLOSE_OBJECT) break;
    if (bytes[position] !== COMMA) return undefined;
    position = skipWhiteSpace(bytes, position + 1);
  }
  if (position + 1 !== end || event === REFUSED || properties === undefined) return undefined;
  const { end: propertiesEnd, hasIp, hasInsertId } = properties;
  return { propertiesEnd, hasIp, hasInsertId, isIdentity: isIdentityEvent(bytes, event) };
}

interface ScannedProperties {
  /** Position of the `}`. */
  readonly end: number;
  readonly hasIp: boolean;
  readonly hasInsertId: boolean;
}

function scanProperties(bytes: Buffer, open: number, nowMs: number): ScannedProperties | undefined {
  if (bytes[open] !== OPEN_OBJECT) return undefined;
  let hasTime = false;
  let hasDistinctId = false;
  let hasInsertId = false;
  let hasIp = false;
  let position = skipWhiteSpace(bytes, open + 1);
  for (;;) {
    const keyEnd = skipPlainText(bytes, position);
    const value = skipColon(bytes, keyEnd);
    const next = skipValue(bytes, value);
    if (next === REFUSED) return undefined;
    if (isKey(bytes, position, keyEnd, TIME)) {
      if (hasTime || !isPastTime(bytes, value, next, nowMs)) return undefined;
      hasTime = true;
    } else if (isKey(bytes, position, keyEnd, INSERT_ID)) {
      if (hasInsertId || !isPlainInsertId(bytes, value, next)) return undefined;
      hasInsertId = true;
    } else if (isKey(bytes, position, keyEnd, DISTINCT_ID)) {
      if (hasDistinctId || !isPlainDistinctId(bytes, value, next)) return undefined;
      hasDistinctId = true;
    } else if (isKey(bytes, position, keyEnd, IP)) hasIp = true;
    else if (isKey(bytes, position, keyEnd, IGNORE)) return undefined;
    position = skipWhiteSpace(bytes, next);
    if (bytes[position] === CLOSE_OBJECT) break;
    if (bytes[position] !== COMMA) return undefined;
    position = skipWhiteSpace(bytes, position + 1);
  }
  return hasTime ? { end: position, hasIp, hasInsertId } : undefined;
}

/** Where the value begins behind a key that ends at `keyEnd`; REFUSED when there was no plain key or is no colon. */
function skipColon(bytes: Buffer, keyEnd: number): number {
  if (keyEnd === REFUSED) return REFUSED;
  const colon = skipWhiteSpace(bytes, keyEnd);
  return bytes[colon] === COLON ? skipWhiteSpace(bytes, colon + 1) : REFUSED;
}

function isKey(bytes: Buffer, start: number, end: number, key: Buffer): boolean {
  return end - start === key.length && isTextAt(bytes, start, key);
}

/** A string that begins with a visible character is not blank. */
function isPlainName(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start + 1] ?? 0;
  if (bytes[start] !== QUOTE || end - start < 3) return false;
  if (first <= 0x20 || first >= 0x7f || first === BACKSLASH) return false;
  // Whether it is an identity event must be seen at once.
  return first !== DOLLAR || skipPlainText(bytes, start) === end;
}

function isIdentityEvent(bytes: Buffer, start: number): boolean {
  if (bytes[start + 1] !== DOLLAR) return false;
  return IDENTITY_EVENTS.has(bytes.toString("latin1", start + 1, skipString(bytes, start) - 1));
}

/** A whole number of at most fifteen digits that is not too far in the future. */
function isPastTime(bytes: Buffer, start: number, end: number, nowMs: number): boolean {
  if (end - start > 15) return false;
  let time = 0;
  for (let position = start; position < end; position++) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return false;
    time = time * 10 + digit;
  }
  return !isTooFarAhead(time, nowMs);
}

function isPlainInsertId(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start - 2;
  if (bytes[start] !== QUOTE || length < 1 || length > MAX_ID_BYTES) return false;
  for (let position = start + 1; position < end - 1; position++)
    if (IN_INSERT_ID[bytes[position] ?? 0] === 0) return false;
  if (!mayBePlaceholder(bytes, start + 1, length)) return true;
  return isUsableInsertId(bytes.toString("latin1", start + 1, end - 1));
}

/** No placeholder. A `distinct_id` that is no string is for Mixpanel to judge. */
function isPlainDistinctId(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== QUOTE) return true;
  if (skipPlainText(bytes, start) !== end) return false;
  if (!mayBePlaceholder(bytes, start + 1, end - start - 2)) return true;
  return !PLACEHOLDER_IDS.has(bytes.toString("latin1", start + 1, end - 1));
}

/** By length and first byte nearly every id is told from a placeholder, without making a string of it. */
function mayBePlaceholder(bytes: Buffer, start: number, length: number): boolean {
  return (
    length <= MAX_ID_BYTES && STARTS_PLACEHOLDER[placeholderKey(length, bytes[start] ?? 0)] === 1
  );
}

function placeholderKey(length: number, first: number): number {
  return length * 256 + first;
}

/** No placeholder, and no usable `$insert_id`, is longer. */
const MAX_ID_BYTES = 36;

const STARTS_PLACEHOLDER = new Uint8Array((MAX_ID_BYTES + 1) * 256);
for (const id of PLACEHOLDER_IDS)
  for (const first of Buffer.from(`${id.slice(0, 1)}${id.slice(0, 1).toUpperCase()}`))
    STARTS_PLACEHOLDER[placeholderKey(id.length, first)] = 1;

/** 1 for every byte that an `$insert_id` may have; the scan's table of what `INSERT_ID_PATTERN` says. */
const IN_INSERT_ID = Uint8Array.from({ length: 256 }, (_, byte) =>
  INSERT_ID_PATTERN.test(String.fromCharCode(byte)) ? 1 : 0,
);
