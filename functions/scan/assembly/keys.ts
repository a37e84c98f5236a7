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

/** The keys of an update that matter; the operators that need not be parsed come first. */
export const enum UpdateKey {
  Other,
  Set,
  SetOnce,
  Union,
  Remove,
  DistinctId,
  GroupKey,
  GroupId,
  Ip,
  /** What is an event, too, has a token, or another operator, is parsed. */
  Never,
}

const QUOTE_IP: u32 = 0x70692422; // "$ip
const SET: u32 = 0x74657324; // $set
const UNION: u64 = 0x226e6f696e752422; // "$union"
const TOKEN: u64 = 0x226e656b6f742422; // "$token"
const REMOVE: u64 = 0x65766f6d65722422; // "$remove
const SET_ONC: u64 = 0x636e6f5f74657324; // $set_onc
const GROUP_I: u64 = 0x695f70756f726724; // $group_i
const GROUP_K: u64 = 0x6b5f70756f726724; // $group_k
const DISTINC: u64 = 0x636e697473696424; // $distinc
const T_ID: u32 = 0x64695f74; // t_id
const EY: u16 = 0x7965; // ey
const LOWER_D: u8 = 0x64;
const LOWER_E: u8 = 0x65;

export function isPlainOperator(key: UpdateKey): bool {
  return key >= UpdateKey.Set && key <= UpdateKey.Remove;
}

/** A key of an update. */
export function updateKey(start: usize, end: usize): UpdateKey {
  const key = plainUpdateKey(start, <i32>(end - start));
  if (key != UpdateKey.Other) return key;
  const isNever = mayBeOperator(start, end) || eventKey(start, end) == Key.Event;
  return isNever ? UpdateKey.Never : UpdateKey.Other;
}

function plainUpdateKey(start: usize, length: i32): UpdateKey {
  const middle = load<u64>(start + 1);
  switch (length) {
    case 5:
      return load<u32>(start) == QUOTE_IP ? UpdateKey.Ip : UpdateKey.Other;
    case 6:
      return load<u32>(start + 1) == SET ? UpdateKey.Set : UpdateKey.Other;
    case 8:
      if (load<u64>(start) == UNION) return UpdateKey.Union;
      return load<u64>(start) == TOKEN ? UpdateKey.Never : UpdateKey.Other;
    case 9:
      return load<u64>(start) == REMOVE ? UpdateKey.Remove : UpdateKey.Other;
    case 11:
      if (middle == SET_ONC && load<u8>(start + 9) == LOWER_E) return UpdateKey.SetOnce;
      return middle == GROUP_I && load<u8>(start + 9) == LOWER_D
        ? UpdateKey.GroupId
        : UpdateKey.Other;
    case 12:
      return middle == GROUP_K && load<u16>(start + 9) == EY ? UpdateKey.GroupKey : UpdateKey.Other;
    case 14:
      return middle == DISTINC && load<u32>(start + 9) == T_ID
        ? UpdateKey.DistinctId
        : UpdateKey.Other;
    default:
      return UpdateKey.Other;
  }
}
