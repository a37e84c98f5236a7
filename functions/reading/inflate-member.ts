import { once } from "node:events";
import zlib from "node:zlib";

import { CorruptGzipError, cutOff } from "./corrupt-gzip.ts";
import { checkTrailer } from "./gzip-header.ts";
import type { GzipInput } from "./gzip-input.ts";

/**
 * A member that decompresses to no more is small: it costs less at once than an inflater of its own
 * costs.
 */
export const SMALL_MEMBER_BYTES = 256 * 1024;

/**
 * Most small members fit into one piece; the default of 16 KiB would be allocated for each of them.
 */
const SMALL_CHUNK_BYTES = 4096;

/** Larger pieces mean fewer turns of the event loop and fewer lines to put together. */
const OUTPUT_CHUNK_BYTES = 512 * 1024;

/**
 * Decompresses the member of which the header has been skipped, and checks its trailer.
 *
 * @param isSmall what to expect: a small member that is there as a whole is decompressed at once,
 *   which for a tiny one is twenty times as fast; anything else is decompressed as a stream
 * @throws CorruptGzipError, after everything readable has been given; what the input throws
 */
export async function* inflateMember(input: GzipInput, isSmall: boolean): AsyncGenerator<Buffer> {
  const small = isSmall ? inflateAtOnce(input.buffered()) : undefined;
  if (small === undefined) {
    yield* inflateStream(input);
    return;
  }
  input.drop(small.compressedBytes);
  yield small.bytes;
  await checkTrailer(input, zlib.crc32(small.bytes), small.bytes.length);
}

/** What `inflateRawSync` returns with `info`, which its types do not know. */
interface InflateInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Undefined: it is not small, not all there, or damaged. */
function inflateAtOnce(
  compressed: Buffer,
): { readonly bytes: Buffer; readonly compressedBytes: number } | undefined {
  if (compressed.length === 0) return undefined;
  try {
    const { buffer, engine } = zlib.inflateRawSync(compressed, {
      info: true,
      chunkSize: SMALL_CHUNK_BYTES,
      maxOutputLength: SMALL_MEMBER_BYTES,
    }) as unknown as InflateInfo;
    return { bytes: buffer, compressedBytes: engine.bytesWritten };
  } catch {
    return undefined;
  }
}

async function* inflateStream(input: GzipInput): AsyncGenerator<Buffer> {
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
async function feed(input: GzipInput, inflate: zlib.InflateRaw): Promise<void> {
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

/**
 * https://nodejs.org/api/zlib.html#constants: Z_BUF_ERROR is an end before the end, the others are
 * damage.
 */
function translate(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "Z_BUF_ERROR") return cutOff();
  return code.startsWith("Z_")
    ? new CorruptGzipError("the gzip data is damaged", { cause: error })
    : error;
}
