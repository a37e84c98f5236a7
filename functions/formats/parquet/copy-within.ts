/** So many bytes are copied one by one: a call costs more. */
const SHORT = 32;

/**
 * Repeats what is `offset` bytes before `to`, `count` bytes of it: a copy may read what it writes,
 * as the LZ77 family has it. The caller has checked that all of it is within `bytes`.
 */
export function copyWithin(bytes: Buffer, to: number, offset: number, count: number): void {
  if (count > SHORT && offset >= count) {
    bytes.copyWithin(to, to - offset, to - offset + count);
    return;
  }
  if (count > SHORT && offset === 1) {
    bytes.fill(bytes[to - 1] ?? 0, to, to + count);
    return;
  }
  for (let at = to; at < to + count; at++) bytes[at] = bytes[at - offset] ?? 0;
}
