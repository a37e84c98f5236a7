import { once } from "node:events";
import zlib from "node:zlib";

import { CorruptDataError } from "./corrupt-data.ts";
import { createCompressedInput, type CompressedInput } from "./compressed-input.ts";
import type { MemberBoundary } from "./gunzip.ts";
import { packPieces } from "./pack-pieces.ts";
import { findFrame, frameBytes, frameLength } from "./zstd-frame.ts";

/** Larger pieces mean fewer turns of the event loop and fewer lines to put together. */
const OUTPUT_CHUNK_BYTES = 512 * 1024;

/** A frame of so many bytes is small. */
const SMALL_FRAME_BYTES = 16 * 1024;

/**
 * Decompresses zstd of any number of frames (https://www.rfc-editor.org/rfc/rfc8878), and tells
 * where each begins, so that a later run can start there; before the first of its bytes are given.
 *
 * @param start where the chunks begin: the start of a frame
 * @throws CorruptDataError when the data is cut off or damaged, after everything readable has been
 *   given
 */
export function unzstd(
  chunks: AsyncIterable<Buffer>,
  onFrame: (boundary: MemberBoundary) => void,
  start: MemberBoundary = { compressed: 0, decompressed: 0 },
): AsyncGenerator<Buffer> {
  return packPieces(decompressFrames(chunks, onFrame, start));
}

async function* decompressFrames(
  chunks: AsyncIterable<Buffer>,
  onFrame: (boundary: MemberBoundary) => void,
  start: MemberBoundary,
): AsyncGenerator<Buffer> {
  const input = createCompressedInput(chunks, start.compressed);
  let { decompressed } = start;
  try {
    while (await findFrame(input)) {
      onFrame({ compressed: input.position(), decompressed });
      const small = decompressAtOnce(input);
      for await (const output of small ?? decompressFrame(frameBytes(input))) {
        decompressed += output.length;
        yield output;
      }
    }
  } finally {
    await input.end();
  }
}

/**
 * A small frame that is there as a whole, which at once costs a tenth of what a decompressor of its
 * own does. Undefined: it is not small, not all there, or damaged.
 *
 * @throws CorruptDataError when it needs a dictionary
 */
function decompressAtOnce(input: CompressedInput): readonly Buffer[] | undefined {
  const bytes = input.buffered().subarray(0, SMALL_FRAME_BYTES);
  const length = frameLength(bytes);
  if (length === undefined) return undefined;
  try {
    const contents = zlib.zstdDecompressSync(bytes.subarray(0, length), {
      maxOutputLength: OUTPUT_CHUNK_BYTES,
    });
    input.drop(length);
    return [contents];
  } catch {
    return undefined;
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
    return new CorruptDataError("the zstd window is over 128 MiB (compressed with --long)");
  return code.startsWith("Z_") || code.startsWith("ZSTD_")
    ? new CorruptDataError("the zstd data is damaged", { cause: error })
    : error;
}
