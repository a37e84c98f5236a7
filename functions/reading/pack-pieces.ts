import { setImmediate as nextTurn } from "node:timers/promises";

/** So much is put together of what tiny members decompress to. */
const PACK_BYTES = 64 * 1024;

/** So many members are decompressed in one turn of the event loop, which takes about 10 ms. */
const PACK_MEMBERS = 1000;

/**
 * Puts small pieces together, a turn of the event loop each: members that are decompressed at once
 * would otherwise keep it from everything else, timers and sockets, for as long as there is input.
 */
export async function* packPieces(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let open: Buffer[] = [];
  let bytes = 0;
  const close = (): Buffer => {
    const packed = Buffer.concat(open, bytes);
    open = [];
    bytes = 0;
    return packed;
  };
  try {
    for await (const piece of pieces) {
      const isLarge = piece.length >= PACK_BYTES;
      if (isLarge && bytes > 0) yield close();
      if (isLarge) {
        yield piece;
        continue;
      }
      open.push(piece);
      bytes += piece.length;
      if (bytes < PACK_BYTES && open.length < PACK_MEMBERS) continue;
      await nextTurn();
      const packed = close();
      if (packed.length > 0) yield packed;
    }
  } catch (error) {
    if (bytes > 0) yield close();
    throw error;
  }
  if (bytes > 0) yield close();
}
