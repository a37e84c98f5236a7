/**
 * Tells the columns of a row that matter, those of event/row-mapping.ts among them. A key is
 * `[start, end)` with its quotes, compared as in keys.ts.
 */
import { eventKey, Key, propertyKey } from "./keys";
import { isDigit } from "./value";

/** Which column it is. */
export const enum Column {
  Other,
  Event,
  EventName,
  Time,
  Timestamp,
  DollarInsertId,
  InsertId,
  DistinctId,
  Ip,
  /** Not for a scan to decide: `$ignore`, and keys that an object puts before all others. */
  Unusual,
}

const EVENT_NA: u64 = 0x616e5f746e657665; // event_na
const AME_QUOTE: u32 = 0x22656d61; // ame"
const TIMESTAM: u64 = 0x6d617473656d6974; // timestam
const P_QUOTE: u16 = 0x2270; // p"
const INSERT_I: u64 = 0x695f747265736e69; // insert_i
const D_QUOTE: u16 = 0x2264; // d"

export function columnOf(start: usize, end: usize): Column {
  if (eventKey(start, end) == Key.Event) return Column.Event;
  switch (propertyKey(start, end)) {
    case Key.Time:
      return Column.Time;
    case Key.InsertId:
      return Column.DollarInsertId;
    case Key.DistinctId:
      return Column.DistinctId;
    case Key.Ip:
      return Column.Ip;
    case Key.Ignore:
      return Column.Unusual;
    default:
      return otherColumn(start, end);
  }
}

function otherColumn(start: usize, end: usize): Column {
  const length = end - start;
  if (length == 11) {
    if (load<u64>(start + 1) == TIMESTAM && load<u16>(start + 9) == P_QUOTE)
      return Column.Timestamp;
    if (load<u64>(start + 1) == INSERT_I && load<u16>(start + 9) == D_QUOTE) return Column.InsertId;
  }
  if (length == 12 && load<u64>(start + 1) == EVENT_NA && load<u32>(start + 8) == AME_QUOTE)
    return Column.EventName;
  return isInteger(start + 1, end - 1) ? Column.Unusual : Column.Other;
}

/** Integers come first in an object, whatever their place in the text is. */
function isInteger(start: usize, end: usize): bool {
  let at = start;
  while (at < end && isDigit(load<u8>(at))) at++;
  return at == end && at > start;
}
