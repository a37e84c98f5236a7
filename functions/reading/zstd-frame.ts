import { CorruptGzipError } from "./corrupt-gzip.ts";
import type { GzipInput } from "./gzip-input.ts";

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
 * @throws CorruptGzipError when anything else is there
 */
export async function findFrame(input: GzipInput): Promise<boolean> {
  for (;;) {
    const head = await input.peek(SKIPPABLE_HEADER_BYTES);
    if (head.length === 0) return false;
    if (!isZstd(head))
      throw new CorruptGzipError("there is something after the end of the zstd data");
    if (isFrame(head)) return true;
    if (head.length < SKIPPABLE_HEADER_BYTES) throw cutOffFrame();
    await skip(input, SKIPPABLE_HEADER_BYTES + head.readUInt32LE(MAGIC_BYTES));
  }
}

async function skip(input: GzipInput, bytes: number): Promise<void> {
  for (let left = bytes; left > 0;) {
    const { length } = await input.peek(1);
    if (length === 0) throw cutOffFrame();
    const dropped = Math.min(left, length);
    input.drop(dropped);
    left -= dropped;
  }
}

/**
 * The bytes of the frame that begins here, piece by piece: a decompressor that gets more than one
 * frame ends silently after the first (https://github.com/nodejs/node/issues/64741).
 *
 * @throws CorruptGzipError when it is cut off, or needs a dictionary
 */
export async function* frameBytes(input: GzipInput): AsyncGenerator<Buffer> {
  const { headerBytes, hasChecksum } = await readHeader(input);
  yield await take(input, headerBytes);
  for (let isLast = false; !isLast;) {
    const header = await input.peek(BLOCK_HEADER_BYTES);
    if (header.length < BLOCK_HEADER_BYTES) throw cutOffFrame();
    const fields = header.readUIntLE(0, BLOCK_HEADER_BYTES);
    isLast = (fields & 1) === 1;
    const contents = ((fields >> 1) & 3) === RLE_BLOCK ? 1 : fields >> 3;
    yield await take(input, BLOCK_HEADER_BYTES + contents);
  }
  if (hasChecksum) yield await take(input, CHECKSUM_BYTES);
}

/** https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1 */
async function readHeader(
  input: GzipInput,
): Promise<{ readonly headerBytes: number; readonly hasChecksum: boolean }> {
  const descriptor = (await input.peek(MAGIC_BYTES + 1))[MAGIC_BYTES];
  if (descriptor === undefined) throw cutOffFrame();
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
  if (dictionaryBytes > 0) throw new CorruptGzipError("the zstd data needs a dictionary");
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] ?? 0);
  const windowBytes = isSingleSegment ? 0 : 1;
  return {
    headerBytes: MAGIC_BYTES + 1 + windowBytes + sizeBytes,
    hasChecksum: (descriptor & 4) !== 0,
  };
}

async function take(input: GzipInput, bytes: number): Promise<Buffer> {
  const taken = (await input.peek(bytes)).subarray(0, bytes);
  if (taken.length < bytes) throw cutOffFrame();
  input.drop(bytes);
  return taken;
}

function cutOffFrame(): CorruptGzipError {
  return new CorruptGzipError("the zstd data is cut off");
}
