import { CorruptDataError, cutOff } from "./corrupt-data.ts";
import type { CompressedInput } from "./compressed-input.ts";

/** https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
const MAGIC = [0x1f, 0x8b] as const;
const DEFLATE = 8;
const FLAG = { crc: 2, extra: 4, name: 8, comment: 16 } as const;
const FIXED_HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
/** File name and comment have no length in the format; nobody needs more. */
const MAX_HEADER_BYTES = 128 * 1024;

/**
 * Whether `bytes` begin like gzip. Names and metadata of objects lie; the first two bytes do not.
 */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === MAGIC[0] && bytes[1] === MAGIC[1];
}

/**
 * Goes to the next member; false at the end of the source. Zeros (tapes and block devices) and
 * white space (`echo` between two files) that stand between members and after the last one mean
 * nothing.
 *
 * @throws CorruptDataError when anything else is there
 */
export async function findMember(input: CompressedInput): Promise<boolean> {
  let head = await input.peek(2);
  while (head.length > 0 && isPadding(head[0])) {
    let length = 1;
    while (length < head.length && isPadding(head[length])) length++;
    input.drop(length);
    head = await input.peek(2);
  }
  if (head.length === 0) return false;
  if (!isGzip(head))
    throw new CorruptDataError("there is something after the end of the gzip data");
  return true;
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0 || byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/** Goes past the header of a member, of which nothing is needed. @throws CorruptDataError */
export async function skipHeader(input: CompressedInput): Promise<void> {
  const head = await input.peek(FIXED_HEADER_BYTES);
  const flags = head[3] ?? 0;
  if (head.length < FIXED_HEADER_BYTES) throw cutOff("gzip");
  if (head[2] !== DEFLATE) throw new CorruptDataError("the compression method is unknown");
  input.drop(FIXED_HEADER_BYTES);
  if ((flags & FLAG.extra) !== 0) {
    const length = await input.peek(2);
    if (length.length < 2) throw cutOff("gzip");
    await skipBytes(input, 2 + length.readUInt16LE(0));
  }
  if ((flags & FLAG.name) !== 0) await skipText(input);
  if ((flags & FLAG.comment) !== 0) await skipText(input);
  if ((flags & FLAG.crc) !== 0) await skipBytes(input, 2);
}

async function skipBytes(input: CompressedInput, length: number): Promise<void> {
  if ((await input.peek(length)).length < length) throw cutOff("gzip");
  input.drop(length);
}

async function skipText(input: CompressedInput): Promise<void> {
  let length = 256;
  let end = -1;
  while (end === -1) {
    const bytes = await input.peek(length);
    end = bytes.indexOf(0);
    if (end === -1 && (bytes.length < length || length > MAX_HEADER_BYTES)) throw cutOff("gzip");
    length *= 2;
  }
  input.drop(end + 1);
}

/**
 * Compares the end of a member with what it decompressed to.
 *
 * @param checksum its CRC-32
 * @param length its bytes, decompressed; the format keeps them modulo 2^32
 * @throws CorruptDataError
 */
export async function checkTrailer(
  input: CompressedInput,
  checksum: number,
  length: number,
): Promise<void> {
  const trailer = await input.peek(TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) throw cutOff("gzip");
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== length % 2 ** 32)
    throw new CorruptDataError("the gzip data is damaged (its checksum is wrong)");
  input.drop(TRAILER_BYTES);
}
