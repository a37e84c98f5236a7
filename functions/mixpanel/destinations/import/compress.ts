import zlib from "node:zlib";

/** Compresses `data` as gzip, on another thread. */
export type Compress = (data: Buffer) => Promise<Buffer>;

/**
 * Level 1: Mixpanel judges sizes after decompression, so a better ratio only costs time (level 6
 * takes 2.4 times the CPU of level 1 on events). A full batch of events becomes about 220 kB: two
 * of them fit into one chunk.
 */
const OPTIONS: zlib.ZlibOptions = { level: 1, memLevel: 9, chunkSize: 512 * 1024 };

/**
 * Compresses with compressors that are kept, at most `spare` of them. Each holds 400 kB: allocating
 * that for every request makes V8 collect the whole heap, for which it counts, again and again.
 */
export function createCompress(spare: number): Compress {
  const idle: Compress[] = [];
  return async (data) => {
    const compress = idle.pop() ?? createCompressor();
    const compressed = await compress(data);
    if (idle.length < spare) idle.push(compress);
    return compressed;
  };
}

/** One compressor, for one call at a time; of no more use when it failed. */
function createCompressor(): Compress {
  // Node's types know `reset` of deflate only (https://nodejs.org/api/zlib.html#zlibreset): gzip is
  // deflate and a frame.
  const gzip = zlib.createGzip(OPTIONS) as zlib.Gzip & zlib.ZlibReset;
  let pieces: Buffer[] = [];
  gzip.on("data", (piece: Buffer) => pieces.push(piece));
  return (data) =>
    new Promise((resolve, reject) => {
      gzip.once("error", reject);
      gzip.write(data);
      // The end of the gzip member, not of the stream: `reset` begins another one.
      gzip.flush(zlib.constants.Z_FINISH, () => {
        gzip.off("error", reject);
        gzip.reset();
        const [only] = pieces;
        resolve(only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces));
        pieces = [];
      });
    });
}
