import { once } from "node:events";
import zlib from "node:zlib";

import { CorruptGzipError } from "./corrupt-gzip.ts";
import { createGzipInput } from "./gzip-input.ts";
import type { MemberBoundary } from "./gunzip.ts";
import { findFrame, frameBytes } from "./zstd-frame.ts";

/** Larger pieces mean fewer turns of the event loop and fewer lines to put together. */
const OUTPUT_CHUNK_BYTES = 512 * 1024;

/**
 * Decompresses zstd of any number of frames (https://www.rfc-editor.org/rfc/rfc8878), and tells
 * where each begins, so that a later run can start there; before the first of its bytes are given.
 *
 * @param start where the chunks begin: the start of a frame
 * @throws CorruptGzipError when the data is cut off or damaged, after everything readable has been
 *   given
 */
export async function* unzstd(
  chunks: AsyncIterable<Buffer>,
  onFrame: (boundary: MemberBoundary) => void,
  start: MemberBoundary = { compressed: 0, decompressed: 0 },
): AsyncGenerator<Buffer> {
  const input = createGzipInput(chunks, start.compressed);
  let { decompressed } = start;
  try {
    while (await findFrame(input)) {
      onFrame({ compressed: input.position(), decompressed });
      for await (const output of decompressFrame(frameBytes(input))) {
        decompressed += output.length;
        yield output;
      }
    }
  } finally {
    await input.end();
  }
}

/** What is decompressed before a failure is given before it: a stream would drop it. */
async function* decompressFrame(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decompress = zlib.createZstdDecompress({ chunkSize: OUTPUT_CHUNK_BYTES });
  const outputs: Buffer[] = [];
  decompress.on("data", (output: Buffer) => outputs.push(output));
  const ended = once(decompress, "end");
  ended.catch(() => undefined);
  try {
    for await (const piece of pieces) {
      // A failure may end the decompressor without calling back.
      await Promise.race([ended, write(decompress, piece)]);
      yield* outputs.splice(0);
    }
    decompress.end();
    await ended;
  } catch (error) {
    yield* outputs.splice(0);
    throw translate(error);
  } finally {
    decompress.destroy();
  }
  yield* outputs;
}

function write(decompress: zlib.ZstdDecompress, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    decompress.write(piece, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** https://nodejs.org/api/zlib.html#zstd-constants */
function translate(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.includes("windowTooLarge"))
    return new CorruptGzipError("the zstd window is over 128 MiB (compressed with --long)");
  return code.startsWith("Z_") || code.startsWith("ZSTD_")
    ? new CorruptGzipError("the zstd data is damaged", { cause: error })
    : error;
}
