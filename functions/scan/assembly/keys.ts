/**
 * Tells the keys that matter. A key is `[start, end)` with its quotes; all of its bytes are
 * compared at once, or in two parts that may overlap. Bytes are read little-endian, so the text of
 * a number is backwards.
 */

/** Which key it is. */
export const enum Key {
  Other,
  Event,
  Properties,
  Time,
  InsertId,
  DistinctId,
  Ip,
  Ignore,
}

const IP: u32 = 0x22706922; // "ip"
const TIME: u32 = 0x656d6974; // time
const EVEN: u32 = 0x6e657665; // even
const ENT_QUOTE: u32 = 0x22746e65; // ent"
const PROPERTI: u64 = 0x69747265706f7270; // properti
const IES_QUOTE: u32 = 0x22736569; // ies"
const INSERT_I: u64 = 0x695f747265736e69; // insert_i
const QUOTE_DOLLAR: u16 = 0x2422; // "$
const DISTINCT: u64 = 0x74636e6974736964; // distinct
const _ID_QUOTE: u32 = 0x2264695f; // _id"
const IGNORE: u64 = 0x65726f6e67692422; // "$ignore

/** A key of the event itself: Event, Properties or Other. */
export function eventKey(start: usize, end: usize): Key {
  const length = end - start;
  if (length == 7)
    return load<u32>(start + 1) == EVEN && load<u32>(start + 3) == ENT_QUOTE
      ? Key.Event
      : Key.Other;
  if (length == 12)
    return load<u64>(start + 1) == PROPERTI && load<u32>(start + 8) == IES_QUOTE
      ? Key.Properties
      : Key.Other;
  return Key.Other;
}

/**
 * Whether a key of the event itself may be one of the operators of profiles: `$set`, `$add`,
 * `$unset`, `$union`, `$append`, `$remove`, `$delete`, `$set_once`.
 */
export function mayBeOperator(start: usize, end: usize): bool {
  if (load<u16>(start) != QUOTE_DOLLAR) return false;
  const length = end - start;
  if (length != 6 && length != 8 && length != 9 && length != 11) return false;
  const first = load<u8>(start + 2);
  return first == 0x73 || first == 0x61 || first == 0x75 || first == 0x72 || first == 0x64;
}

/** A key of the properties: all but Event and Properties. */
export function propertyKey(start: usize, end: usize): Key {
  switch (<i32>(end - start)) {
    case 4:
      return load<u32>(start) == IP ? Key.Ip : Key.Other;
    case 6:
      return load<u32>(start + 1) == TIME ? Key.Time : Key.Other;
    case 9:
      return load<u64>(start) == IGNORE ? Key.Ignore : Key.Other;
    case 12:
      return load<u64>(start + 2) == INSERT_I &&
        load<u16>(start) == QUOTE_DOLLAR &&
        load<u8>(start + 10) == 0x64
        ? Key.InsertId
        : Key.Other;
    case 13:
      return load<u64>(start + 1) == DISTINCT && load<u32>(start + 9) == _ID_QUOTE
        ? Key.DistinctId
        : Key.Other;
    default:
      return Key.Other;
  }
}
