import { once } from "node:events";
import zlib from "node:zlib";

/** Where a gzip member begins: in the stored bytes, and in what they decompress to. */
export interface MemberBoundary {
  readonly compressed: number;
  readonly decompressed: number;
}

/** The stored bytes are not the gzip they claim to be: cut off, or damaged. What was readable has been read. */
export class CorruptGzipError extends Error {
  override readonly name = "CorruptGzipError";
}

/** https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
const MAGIC = [0x1f, 0x8b] as const;
const DEFLATE = 8;
const FLAG = { crc: 2, extra: 4, name: 8, comment: 16 } as const;
const FIXED_HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
/** File name and comment have no length in the format; nobody needs more. */
const MAX_HEADER_BYTES = 128 * 1024;
/** Larger pieces mean fewer turns of the event loop and fewer lines to put together. */
const OUTPUT_CHUNK_BYTES = 512 * 1024;

/** Whether `bytes` begin like gzip. Names and metadata of objects lie; the first two bytes do not. */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === MAGIC[0] && bytes[1] === MAGIC[1];
}

/**
 * Decompresses gzip of any number of members (https://www.rfc-editor.org/rfc/rfc1952#section-2.2), and tells where each
 * begins, so that a later run can start there. Zero bytes after the last member are padding.
 *
 * @param start where the chunks begin: the start of a member
 * @throws CorruptGzipError when the data is cut off or damaged, after everything readable has been given
 */
export async function* gunzip(
  chunks: AsyncIterable<Buffer>,
  onMember: (boundary: MemberBoundary) => void,
  start: MemberBoundary = { compressed: 0, decompressed: 0 },
): AsyncGenerator<Buffer> {
  const input = createInput(chunks, start.compressed);
  let decompressed = start.decompressed;
  try {
    while (await hasMember(input)) {
      onMember({ compressed: input.position(), decompressed });
      await skipHeader(input);
      for await (const output of inflateMember(input)) {
        decompressed += output.length;
        yield output;
      }
    }
  } finally {
    await input.end();
  }
}

/** Input that can be looked at before it is taken. */
interface Input {
  /** At least `length` bytes, or fewer at the end of the source. */
  peek(length: number): Promise<Buffer>;
  /** What is there, at least one byte; empty at the end of the source. */
  take(): Promise<Buffer>;
  drop(length: number): void;
  /** Gives back the end of what `take` gave. */
  giveBack(rest: Buffer): void;
  position(): number;
  end(): Promise<void>;
}

function createInput(chunks: AsyncIterable<Buffer>, start: number): Input {
  const iterator = chunks[Symbol.asyncIterator]();
  let pending: Buffer = Buffer.alloc(0);
  let position = start;
  let isEnded = false;

  const fill = async (length: number): Promise<void> => {
    while (pending.length < length && !isEnded) {
      const next = await iterator.next();
      if (next.done === true) isEnded = true;
      else pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value]);
    }
  };
  return {
    peek: async (length) => {
      await fill(length);
      return pending;
    },
    take: async () => {
      await fill(1);
      const taken = pending;
      pending = Buffer.alloc(0);
      position += taken.length;
      return taken;
    },
    drop: (length) => {
      pending = pending.subarray(length);
      position += length;
    },
    giveBack: (rest) => {
      pending = rest;
      position -= rest.length;
    },
    position: () => position,
    end: async () => {
      await iterator.return?.();
    },
  };
}

async function hasMember(input: Input): Promise<boolean> {
  let head = await input.peek(2);
  while (head.length > 0 && head[0] === 0) {
    const padding = head.findIndex((byte) => byte !== 0);
    input.drop(padding === -1 ? head.length : padding);
    head = await input.peek(2);
  }
  if (head.length === 0) return false;
  if (!isGzip(head))
    throw new CorruptGzipError("there is something after the end of the gzip data");
  return true;
}

async function skipHeader(input: Input): Promise<void> {
  const head = await input.peek(FIXED_HEADER_BYTES);
  const flags = head[3] ?? 0;
  if (head.length < FIXED_HEADER_BYTES) throw cutOff();
  if (head[2] !== DEFLATE) throw new CorruptGzipError("the compression method is unknown");
  input.drop(FIXED_HEADER_BYTES);
  if ((flags & FLAG.extra) !== 0) {
    const length = await input.peek(2);
    if (length.length < 2) throw cutOff();
    await skipBytes(input, 2 + length.readUInt16LE(0));
  }
  if ((flags & FLAG.name) !== 0) await skipText(input);
  if ((flags & FLAG.comment) !== 0) await skipText(input);
  if ((flags & FLAG.crc) !== 0) await skipBytes(input, 2);
}

async function skipBytes(input: Input, length: number): Promise<void> {
  if ((await input.peek(length)).length < length) throw cutOff();
  input.drop(length);
}

async function skipText(input: Input): Promise<void> {
  let length = 256;
  let end = -1;
  while (end === -1) {
    const bytes = await input.peek(length);
    end = bytes.indexOf(0);
    if (end === -1 && (bytes.length < length || length > MAX_HEADER_BYTES)) throw cutOff();
    length *= 2;
  }
  input.drop(end + 1);
}

async function* inflateMember(input: Input): AsyncGenerator<Buffer> {
  const inflate = zlib.createInflateRaw({ chunkSize: OUTPUT_CHUNK_BYTES });
  const feeding = feed(input, inflate);
  // A failure of the source destroys the inflater, which ends the loop below with that failure.
  feeding.catch((error: unknown) => inflate.destroy(error instanceof Error ? error : undefined));
  let checksum = 0;
  let length = 0;
  try {
    for await (const output of inflate as AsyncIterable<Buffer>) {
      checksum = zlib.crc32(output, checksum);
      length += output.length;
      yield output;
    }
    await feeding;
  } catch (error) {
    throw translate(error);
  } finally {
    inflate.destroy();
  }
  await checkTrailer(input, checksum, length);
}

/** Writes the member's bytes into `inflate`, and gives back to `input` what lies behind its end. */
async function feed(input: Input, inflate: zlib.InflateRaw): Promise<void> {
  const ended = once(inflate, "end");
  ended.catch(() => undefined);
  let written = 0;
  for (;;) {
    const chunk = await input.take();
    if (chunk.length === 0) break;
    written += chunk.length;
    await Promise.race([ended, write(inflate, chunk)]);
    // The inflater leaves alone what does not belong to the member any more.
    const rest = written - inflate.bytesWritten;
    if (rest === 0) continue;
    input.giveBack(chunk.subarray(chunk.length - rest));
    break;
  }
  inflate.end();
  await ended;
}

function write(inflate: zlib.InflateRaw, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    inflate.write(chunk, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

async function checkTrailer(input: Input, checksum: number, length: number): Promise<void> {
  const trailer = await input.peek(TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) throw cutOff();
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== length % 2 ** 32)
    throw new CorruptGzipError("the gzip data is damaged (its checksum is wrong)");
  input.drop(TRAILER_BYTES);
}

function cutOff(): CorruptGzipError {
  return new CorruptGzipError("the gzip data is cut off");
}

/** https://nodejs.org/api/zlib.html#constants: Z_BUF_ERROR is an end before the end, the others are damage. */
function translate(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "Z_BUF_ERROR") return cutOff();
  return code.startsWith("Z_")
    ? new CorruptGzipError("the gzip data is damaged", { cause: error })
    : error;
}
