import { CorruptDataError, cutOff } from "./corrupt-data.ts";
import type { CompressedInput } from "./compressed-input.ts";

const MAGIC = 0xfd2fb528;
/** The last four bits of a skippable frame's magic number are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAGIC_BYTES = 4;
const SKIPPABLE_HEADER_BYTES = 8;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
/** A block of this type holds one byte, however long it is decompressed. */
const RLE_BLOCK = 1;

/** Bytes of the two header fields, by their flag; the second when a frame is a single segment. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

/**
 * Whether `bytes` begin like zstd: with a frame, or one that is to be skipped.
 * https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
export function isZstd(bytes: Buffer): boolean {
  return bytes.length >= MAGIC_BYTES && (isFrame(bytes) || isSkippable(bytes));
}

function isFrame(bytes: Buffer): boolean {
  return bytes.readUInt32LE(0) === MAGIC;
}

function isSkippable(bytes: Buffer): boolean {
  return bytes.readUInt32LE(0) >>> 4 === SKIPPABLE_MAGIC >>> 4;
}

/**
 * Goes to the next frame, past those that are to be skipped; false at the end of the source.
 *
 * @throws CorruptDataError when anything else is there
 */
export async function findFrame(input: CompressedInput): Promise<boolean> {
  for (;;) {
    const head = await input.peek(SKIPPABLE_HEADER_BYTES);
    if (head.length === 0) return false;
    if (!isZstd(head))
      throw new CorruptDataError("there is something after the end of the zstd data");
    if (isFrame(head)) return true;
    if (head.length < SKIPPABLE_HEADER_BYTES) throw cutOff("zstd");
    await skip(input, SKIPPABLE_HEADER_BYTES + head.readUInt32LE(MAGIC_BYTES));
  }
}

async function skip(input: CompressedInput, bytes: number): Promise<void> {
  for (let left = bytes; left > 0;) {
    const { length } = await input.peek(1);
    if (length === 0) throw cutOff("zstd");
    const dropped = Math.min(left, length);
    input.drop(dropped);
    left -= dropped;
  }
}

/**
 * The bytes of the frame that begins here, piece by piece: a decompressor that gets more than one
 * frame ends silently after the first (https://github.com/nodejs/node/issues/64741).
 *
 * @throws CorruptDataError when it is cut off, or needs a dictionary
 */
export async function* frameBytes(input: CompressedInput): AsyncGenerator<Buffer> {
  const header = headerOf(await input.peek(MAGIC_BYTES + 1));
  if (header === undefined) throw cutOff("zstd");
  yield await take(input, header.bytes);
  for (let isLast = false; !isLast;) {
    const block = blockAt(await input.peek(BLOCK_HEADER_BYTES), 0);
    if (block === undefined) throw cutOff("zstd");
    isLast = block.isLast;
    yield await take(input, block.bytes);
  }
  if (header.checksumBytes > 0) yield await take(input, header.checksumBytes);
}

/**
 * Length of the frame that `bytes` begin with; undefined when it is not all there.
 *
 * @throws CorruptDataError when it needs a dictionary
 */
export function frameLength(bytes: Buffer): number | undefined {
  const header = headerOf(bytes);
  if (header === undefined) return undefined;
  let length = header.bytes;
  for (let isLast = false; !isLast;) {
    const block = blockAt(bytes, length);
    if (block === undefined) return undefined;
    isLast = block.isLast;
    length += block.bytes;
  }
  length += header.checksumBytes;
  return length > bytes.length ? undefined : length;
}

/** https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1 */
function headerOf(
  bytes: Buffer,
): { readonly bytes: number; readonly checksumBytes: number } | undefined {
  const descriptor = bytes[MAGIC_BYTES];
  if (descriptor === undefined) return undefined;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
  if (dictionaryBytes > 0) throw new CorruptDataError("the zstd data needs a dictionary");
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] ?? 0);
  const windowBytes = isSingleSegment ? 0 : 1;
  return {
    bytes: MAGIC_BYTES + 1 + windowBytes + sizeBytes,
    checksumBytes: (descriptor & 4) === 0 ? 0 : CHECKSUM_BYTES,
  };
}

/** https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.2 */
function blockAt(
  bytes: Buffer,
  at: number,
): { readonly bytes: number; readonly isLast: boolean } | undefined {
  if (at + BLOCK_HEADER_BYTES > bytes.length) return undefined;
  const fields = bytes.readUIntLE(at, BLOCK_HEADER_BYTES);
  const contents = ((fields >> 1) & 3) === RLE_BLOCK ? 1 : fields >> 3;
  return { bytes: BLOCK_HEADER_BYTES + contents, isLast: (fields & 1) === 1 };
}

async function take(input: CompressedInput, bytes: number): Promise<Buffer> {
  const taken = (await input.peek(bytes)).subarray(0, bytes);
  if (taken.length < bytes) throw cutOff("zstd");
  input.drop(bytes);
  return taken;
}
