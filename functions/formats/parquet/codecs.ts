import zlib from "node:zlib";

import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { frameLength } from "../../reading/zstd-frame.ts";
import { UnreadableContentsError } from "../damage.ts";
import { unHadoopLz4, unlz4 } from "./lz4.ts";
import { unsnappy } from "./snappy.ts";

type Decompress = (input: Buffer, length: number) => Buffer;

interface Codec {
  readonly name: string;
  /** Undefined: not read. */
  readonly decompress: Decompress | undefined;
}

/** https://github.com/apache/parquet-format/blob/master/Compression.md, by their numbers. */
const CODECS: readonly Codec[] = [
  { name: "UNCOMPRESSED", decompress: (input) => input },
  { name: "SNAPPY", decompress: unsnappy },
  { name: "GZIP", decompress: byZlib(zlib.unzipSync) },
  { name: "LZO", decompress: undefined },
  { name: "BROTLI", decompress: byZlib(zlib.brotliDecompressSync) },
  { name: "LZ4", decompress: unHadoopLz4 },
  { name: "ZSTD", decompress: byZlib(unzstdFrames) },
  { name: "LZ4_RAW", decompress: unlz4 },
];

/** @throws UnreadableContentsError for a codec that is not read */
export function requireCodec(codec: number): void {
  const { name, decompress } = CODECS[codec] ?? { name: `codec ${codec}` };
  if (decompress === undefined)
    throw new UnreadableContentsError(
      `a Parquet file compressed with ${name}: write it with snappy, gzip or zstd`,
    );
}

/**
 * Decompresses what a page holds.
 *
 * @param length of the output, as the page's header has it
 * @throws CorruptDataError when it is not exactly that
 */
export function decompressPage(codec: number, input: Buffer, length: number): Buffer {
  const decompress = CODECS[codec]?.decompress;
  if (decompress === undefined) throw new CorruptDataError("the codec of a page is unknown");
  // Not even a codec's empty stream needs be there.
  const output = input.length === 0 && length === 0 ? input : decompress(input, length);
  if (output.length !== length)
    throw new CorruptDataError("a page is not as long as its header says");
  return output;
}

function byZlib(
  decompress: (input: Buffer, options: { readonly maxOutputLength: number }) => Buffer,
): Decompress {
  return (input, length) => {
    try {
      return decompress(input, { maxOutputLength: Math.max(1, length) });
    } catch (error) {
      if (error instanceof CorruptDataError) throw error;
      throw new CorruptDataError("the compressed data of a page is damaged", { cause: error });
    }
  };
}

/**
 * Node stops after the first frame, without an error:
 * https://github.com/nodejs/node/issues/64741.
 */
function unzstdFrames(
  input: Buffer,
  { maxOutputLength }: { readonly maxOutputLength: number },
): Buffer {
  const frames: Buffer[] = [];
  let left = maxOutputLength;
  for (let at = 0; at < input.length;) {
    const length = frameLength(input.subarray(at));
    if (length === undefined) throw new CorruptDataError("the zstd data of a page is cut off");
    const frame = zlib.zstdDecompressSync(input.subarray(at, at + length), {
      maxOutputLength: Math.max(1, left),
    });
    frames.push(frame);
    left -= frame.length;
    at += length;
  }
  const [first = Buffer.alloc(0)] = frames;
  return frames.length === 1 ? first : Buffer.concat(frames);
}
