import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { copyWithin } from "./copy-within.ts";

const MIN_MATCH = 4;
/** Before each block: bytes of it decompressed and compressed. */
const HADOOP_HEADER_BYTES = 8;

/**
 * Decompresses one LZ4 block (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md).
 *
 * @param length of the output, as known from elsewhere
 * @throws CorruptDataError when it is not exactly that
 */
export function unlz4(input: Buffer, length: number): Buffer {
  const output = Buffer.allocUnsafeSlow(length);
  if (fill(output, input) !== length) throw damaged();
  return output;
}

/**
 * What Parquet's deprecated codec LZ4 holds: blocks as Hadoop frames them, or a block without a
 * frame. https://github.com/apache/parquet-format/blob/master/Compression.md
 *
 * @throws CorruptDataError
 */
export function unHadoopLz4(input: Buffer, length: number): Buffer {
  const blocks = hadoopBlocks(input, length);
  if (blocks === undefined) return unlz4(input, length);
  try {
    return Buffer.concat(blocks.map(({ bytes, length: size }) => unlz4(bytes, size)));
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error;
    // By chance it looked like frames.
    return unlz4(input, length);
  }
}

/** Undefined: the lengths in it do not fit. */
function hadoopBlocks(
  input: Buffer,
  length: number,
): readonly { readonly bytes: Buffer; readonly length: number }[] | undefined {
  const blocks: { bytes: Buffer; length: number }[] = [];
  let total = 0;
  for (let at = 0; at < input.length;) {
    if (input.length - at < HADOOP_HEADER_BYTES) return undefined;
    const size = input.readUInt32BE(at);
    const compressed = input.readUInt32BE(at + 4);
    at += HADOOP_HEADER_BYTES;
    total += size;
    if (compressed > input.length - at || total > length) return undefined;
    blocks.push({ bytes: input.subarray(at, at + compressed), length: size });
    at += compressed;
  }
  return total === length ? blocks : undefined;
}

/** Returns how many bytes of the output there are. */
function fill(output: Buffer, input: Buffer): number {
  let to = 0;
  for (let from = 0; from < input.length;) {
    const token = input[from++] ?? 0;
    const literals = readLength(input, from, token >> 4);
    from = literals.end;
    if (literals.length > input.length - from || literals.length > output.length - to)
      throw damaged();
    input.copy(output, to, from, from + literals.length);
    from += literals.length;
    to += literals.length;
    // The last sequence has no match.
    if (from === input.length) return to;
    if (input.length - from < 2) throw damaged();
    const offset = input.readUInt16LE(from);
    const match = readLength(input, from + 2, token & 15);
    from = match.end;
    const count = match.length + MIN_MATCH;
    if (offset === 0 || offset > to || count > output.length - to) throw damaged();
    copyWithin(output, to, offset, count);
    to += count;
  }
  return to;
}

/** A length of 15 goes on in the bytes that follow, until one is not 255. */
function readLength(
  input: Buffer,
  at: number,
  first: number,
): { readonly length: number; readonly end: number } {
  if (first < 15) return { length: first, end: at };
  let length = first;
  for (let end = at; end < input.length; end++) {
    const byte = input[end] ?? 0;
    length += byte;
    if (byte < 255) return { length, end: end + 1 };
  }
  throw damaged();
}

function damaged(): CorruptDataError {
  return new CorruptDataError("the LZ4 data is damaged");
}
