/**
 * Looks at the bytes of one update of a profile: whose it is, what it does, and whether anything
 * about it is unusual.
 */
import { isPlainDistinctId, isPlainName } from "./ids";
import { isPlainOperator, updateKey, UpdateKey } from "./keys";
import { REFUSED } from "./layout";
import { QUOTE, skipPlainText, skipWhiteSpace } from "./text";
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  OPEN_ARRAY,
  OPEN_OBJECT,
  skipColon,
  skipValue,
} from "./value";

/**
 * Of the last update that was scanned: its operator as in `UpdateKey`, IS_OF_GROUP, HAS_ADDRESS,
 * and its lane in the upper half.
 */
export let updateFlags: i32 = 0;

const IS_OF_GROUP: i32 = 16;
const HAS_ADDRESS: i32 = 32;
const LANE_SHIFT: i32 = 16;

/** FNV-1a, folded, as in `laneOf` of functions/records/prepare-update.ts. */
const FNV_PRIME: u32 = 0x01000193;
const FNV_OFFSET: u32 = 0x811c9dc5;

/** Where the texts are that name the profile; REFUSED: they are not there. */
let distinctId: usize = REFUSED;
let groupKey: usize = REFUSED;
let groupId: usize = REFUSED;

/**
 * Behind the `}` of the update that begins at `start`; REFUSED when it falls back to `JSON.parse`.
 */
export function scanUpdate(start: usize): usize {
  updateFlags = 0;
  distinctId = groupKey = groupId = REFUSED;
  let seen = 0;
  let at = skipWhiteSpace(start + 1);
  while (true) {
    const keyEnd = skipPlainText(at);
    if (keyEnd == REFUSED) return REFUSED;
    const value = skipColon(keyEnd);
    if (value == REFUSED) return REFUSED;
    const next = skipValue(value, 0);
    if (next == REFUSED) return REFUSED;
    const key = updateKey(at, keyEnd);
    if (key != UpdateKey.Other) {
      // Nothing twice, and of the operators only one.
      const flag = isPlainOperator(key) ? 1 : 1 << key;
      if ((seen & flag) != 0 || !take(key, value, next)) return REFUSED;
      seen |= flag;
    }
    at = skipWhiteSpace(next);
    const byte = load<u8>(at);
    if (byte == CLOSE_OBJECT) break;
    if (byte != COMMA) return REFUSED;
    at = skipWhiteSpace(at + 1);
  }
  return (seen & 1) != 0 && findLane() ? at + 1 : REFUSED;
}

/** Remembers the value of a key that matters; false when it has to be parsed. */
function take(key: UpdateKey, start: usize, end: usize): bool {
  if (isPlainOperator(key)) {
    updateFlags |= key;
    if (load<u8>(start) != OPEN_OBJECT) return false;
    return key != UpdateKey.Union || holdsLists(start);
  }
  if (key == UpdateKey.Ip) {
    updateFlags |= HAS_ADDRESS;
    return load<u8>(start) == QUOTE && end - start > 2;
  }
  if (key == UpdateKey.Never || !isPlainName(start, end) || !isPlainDistinctId(start, end))
    return false;
  if (key == UpdateKey.DistinctId) distinctId = start;
  else if (key == UpdateKey.GroupKey) groupKey = start;
  else groupId = start;
  return true;
}

/** Whether an object, which is valid JSON, holds nothing but lists that are not empty. */
function holdsLists(open: usize): bool {
  let at = skipWhiteSpace(open + 1);
  while (load<u8>(at) == QUOTE) {
    const key = skipValue(at, 0);
    const list = skipColon(key);
    if (load<u8>(list) != OPEN_ARRAY) return false;
    if (load<u8>(skipWhiteSpace(list + 1)) == CLOSE_ARRAY) return false;
    at = skipWhiteSpace(skipValue(list, 0));
    if (load<u8>(at) == COMMA) at = skipWhiteSpace(at + 1);
  }
  return true;
}

/** Puts the lane of the profile into the flags; false when it is not said, or unclear, whose. */
function findLane(): bool {
  const isOfGroup = groupKey != REFUSED && groupId != REFUSED;
  if (isOfGroup == (distinctId != REFUSED)) return false;
  if (!isOfGroup && (groupKey != REFUSED || groupId != REFUSED)) return false;
  if (isOfGroup) updateFlags |= IS_OF_GROUP;
  allBits = 0;
  let hash = addText(FNV_OFFSET, distinctId);
  hash = addText(hash * FNV_PRIME, groupKey);
  hash = addText(hash * FNV_PRIME, groupId);
  // JavaScript counts what is not ASCII in other units.
  if (allBits >= 0x80) return false;
  updateFlags |= (hash ^ (hash >> 16)) << LANE_SHIFT;
  return true;
}

/** Of the texts in the hash. */
let allBits: u8 = 0;

/** Adds a plain text; one that is not there is empty. */
function addText(hash: u32, start: usize): u32 {
  if (start == REFUSED) return hash;
  for (let at = start + 1; load<u8>(at) != QUOTE; at++) {
    const byte = load<u8>(at);
    allBits |= byte;
    hash = (hash ^ byte) * FNV_PRIME;
  }
  return hash;
}
