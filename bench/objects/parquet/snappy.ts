const TABLE_BITS = 14;
const MIN_MATCH = 4;
/** Of a copy with two bytes of offset. */
const MAX_COPY = 64;
const MAX_OFFSET = 65_535;

/**
 * Compresses one block as snappy's own fast compressor does: a hash table of four bytes, no search
 * (https://github.com/google/snappy/blob/main/format_description.txt).
 */
export function snappy(input: Buffer): Buffer {
  const output = Buffer.allocUnsafe(32 + input.length + Math.floor(input.length / 6));
  const table = new Int32Array(2 ** TABLE_BITS).fill(-1);
  let to = writeLength(output, input.length);
  let literal = 0;
  for (let at = 0, missed = 0; at + MIN_MATCH <= input.length;) {
    const word = input.readInt32LE(at);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - TABLE_BITS);
    const earlier = table[slot] ?? -1;
    table[slot] = at;
    if (earlier < 0 || at - earlier > MAX_OFFSET || input.readInt32LE(earlier) !== word) {
      // What is not to be compressed is passed over ever faster.
      at += 1 + (missed++ >> 5);
      continue;
    }
    to = writeLiteral(output, to, input.subarray(literal, at));
    let length = MIN_MATCH;
    while (at + length < input.length && input[at + length] === input[earlier + length]) length++;
    to = writeCopies(output, to, at - earlier, length);
    at += length;
    literal = at;
    missed = 0;
  }
  return output.subarray(0, writeLiteral(output, to, input.subarray(literal)));
}

function writeLength(output: Buffer, length: number): number {
  let at = 0;
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) output[at++] = (rest % 128) + 0x80;
  output[at++] = rest;
  return at;
}

function writeLiteral(output: Buffer, to: number, bytes: Buffer): number {
  let at = to;
  const last = bytes.length - 1;
  if (last < 0) return at;
  if (last < 60) output[at++] = last << 2;
  else {
    const width = last < 256 ? 1 : last < 65_536 ? 2 : 4;
    output[at++] = (59 + width) << 2;
    at = output.writeUIntLE(last, at, width);
  }
  return at + bytes.copy(output, at);
}

function writeCopies(output: Buffer, to: number, offset: number, length: number): number {
  let at = to;
  for (let left = length; left > 0; left -= MAX_COPY) {
    output[at++] = ((Math.min(left, MAX_COPY) - 1) << 2) | 2;
    at = output.writeUInt16LE(offset, at);
  }
  return at;
}
