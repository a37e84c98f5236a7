import { once } from "node:events";
import zlib from "node:zlib";

import { CorruptDataError, cutOff } from "./corrupt-data.ts";
import { checkTrailer } from "./gzip-header.ts";
import type { CompressedInput } from "./compressed-input.ts";

/**
 * A member that decompresses to no more is small: it costs less at once than an inflater of its own
 * costs.
 */
export const SMALL_MEMBER_BYTES = 256 * 1024;

/**
 * Most small members fit into one piece; the default of 16 KiB would be allocated for each of them.
 */
const SMALL_CHUNK_BYTES = 4096;

/** What a piece of input becomes, at most a thousand times as much, is held at once. */
export const INPUT_PIECE_BYTES = 32 * 1024;

/**
 * A part of the source that is decompressed in smaller pieces, slowly: of a piece with damage in it
 * nothing is given.
 */
export interface SmallSteps {
  /** Where the part begins in the source, and its bytes. */
  readonly from: number;
  readonly length: number;
  readonly step: number;
}

/** Larger pieces mean fewer turns of the event loop and fewer lines to put together. */
const OUTPUT_CHUNK_BYTES = 512 * 1024;

/**
 * Decompresses the member of which the header has been skipped, and checks its trailer.
 *
 * @param isSmall what to expect: a small member that is there as a whole is decompressed at once,
 *   which for a tiny one is twenty times as fast; anything else is decompressed as a stream
 * @throws CorruptDataError, after everything readable has been given up to `pieceAt`; what the
 *   input throws
 */
export async function* inflateMember(
  input: CompressedInput,
  isSmall: boolean,
  smallSteps: SmallSteps | undefined,
): AsyncGenerator<Buffer> {
  const small = isSmall ? inflateAtOnce(input.buffered()) : undefined;
  if (small === undefined) {
    yield* inflateStream(input, smallSteps);
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

async function* inflateStream(
  input: CompressedInput,
  smallSteps: SmallSteps | undefined,
): AsyncGenerator<Buffer> {
  const inflater = createInflater();
  let checksum = 0;
  let length = 0;
  try {
    for (let isOver = false; !isOver;) {
      isOver = await inflatePiece(input, inflater, smallSteps);
      for (const output of inflater.takeOutput()) {
        checksum = zlib.crc32(output, checksum);
        length += output.length;
        yield output;
      }
    }
  } finally {
    inflater.destroy();
  }
  await checkTrailer(input, checksum, length);
}

/**
 * Decompresses what comes next in the member. What lies behind its end is left alone.
 *
 * @returns whether the member has ended
 */
async function inflatePiece(
  input: CompressedInput,
  inflater: Inflater,
  smallSteps: SmallSteps | undefined,
): Promise<boolean> {
  const pieceAt = input.position();
  const taken = await input.take();
  if (taken.length === 0) throw cutOff("gzip");
  const piece = taken.subarray(0, pieceBytes(pieceAt, smallSteps));
  try {
    const used = await inflater.write(piece);
    input.giveBack(taken.subarray(used));
    return used < piece.length;
  } catch (error) {
    throw new CorruptDataError("the gzip data is damaged", { cause: error, pieceAt });
  }
}

/** How much is decompressed at once of what begins at `at`. */
function pieceBytes(at: number, smallSteps: SmallSteps | undefined): number {
  if (smallSteps === undefined) return INPUT_PIECE_BYTES;
  const { from, length, step } = smallSteps;
  if (at < from) return Math.min(INPUT_PIECE_BYTES, from - at);
  return at < from + length ? step : INPUT_PIECE_BYTES;
}

interface Inflater {
  /** Decompresses a piece; returns how much of it belongs to the member. */
  readonly write: (piece: Buffer) => Promise<number>;
  /** What the pieces written so far have become. */
  readonly takeOutput: () => readonly Buffer[];
  readonly destroy: () => void;
}

function createInflater(): Inflater {
  const inflate = zlib.createInflateRaw({ chunkSize: OUTPUT_CHUNK_BYTES });
  const output: Buffer[] = [];
  inflate.on("data", (chunk: Buffer) => output.push(chunk));
  const ended = once(inflate, "end");
  ended.catch(() => undefined);
  return {
    write: async (piece) => {
      const before = inflate.bytesWritten;
      const written = new Promise<void>((resolve, reject) => {
        inflate.write(piece, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
      // At the end of the member the callback is not called.
      await Promise.race([ended, written]);
      return inflate.bytesWritten - before;
    },
    takeOutput: () => output.splice(0),
    destroy: () => inflate.destroy(),
  };
}
