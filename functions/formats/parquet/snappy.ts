import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { copyWithin } from "./copy-within.ts";

/** So many bytes of a literal are copied one by one: a call costs more. */
const SHORT_LITERAL = 16;

/**
 * Decompresses one block (https://github.com/google/snappy/blob/main/format_description.txt).
 * Every length is checked, and every step takes at least a byte of the input or fills one of the
 * output, so that damaged data end it.
 *
 * @param length of the output, as known from elsewhere
 * @throws CorruptDataError when it is not exactly that
 */
export function unsnappy(input: Buffer, length: number): Buffer {
  const start = endOfPreamble(input);
  const output = Buffer.allocUnsafeSlow(length);
  let to = 0;
  for (let from = start; from < input.length;) {
    const tag = input[from++] ?? 0;
    if ((tag & 3) === 0) {
      const extra = Math.max(0, (tag >> 2) - 59);
      if (from + extra > input.length) throw damaged();
      const count = 1 + (extra === 0 ? tag >> 2 : input.readUIntLE(from, extra));
      from += extra;
      if (count > input.length - from || count > length - to) throw damaged();
      if (count > SHORT_LITERAL) input.copy(output, to, from, from + count);
      else for (let at = 0; at < count; at++) output[to + at] = input[from + at] ?? 0;
      from += count;
      to += count;
      continue;
    }
    const extra = (tag & 3) === 3 ? 4 : tag & 3;
    if (from + extra > input.length) throw damaged();
    const isShort = extra === 1;
    const count = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const offset = isShort ? ((tag >> 5) << 8) | (input[from] ?? 0) : input.readUIntLE(from, extra);
    from += extra;
    if (offset === 0 || offset > to || count > length - to) throw damaged();
    copyWithin(output, to, offset, count);
    to += count;
  }
  if (to !== length) throw damaged();
  return output;
}

/** The length of the output is written there, too. */
function endOfPreamble(input: Buffer): number {
  const end = input.findIndex((byte) => byte < 0x80);
  if (end === -1 || end > 4) throw damaged();
  return end + 1;
}

function damaged(): CorruptDataError {
  return new CorruptDataError("the snappy data is damaged");
}
