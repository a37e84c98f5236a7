import { setImmediate as nextTurn } from "node:timers/promises";

import { findMember, skipHeader } from "./gzip-header.ts";
import { createGzipInput } from "./gzip-input.ts";
import { inflateMember, SMALL_MEMBER_BYTES, type SmallSteps } from "./inflate-member.ts";

/** Where a gzip member begins: in the stored bytes, and in what they decompress to. */
export interface MemberBoundary {
  readonly compressed: number;
  readonly decompressed: number;
}

/** So much is put together of what tiny members decompress to. */
const PACK_BYTES = 64 * 1024;

/** So many members are decompressed in one turn of the event loop, which takes about 10 ms. */
const PACK_MEMBERS = 1000;

/**
 * Decompresses gzip of any number of members (https://www.rfc-editor.org/rfc/rfc1952#section-2.2),
 * and tells where each begins, so that a later run can start there; at the latest when the first of
 * its bytes are given. Zeros and white space between members and after the last one are passed
 * over.
 *
 * @param start where the chunks begin: the start of a member
 * @param smallSteps where an earlier reading found damage
 * @throws CorruptGzipError when the data is cut off or damaged, after everything readable has been
 *   given up to its `pieceAt`
 */
export function gunzip(
  chunks: AsyncIterable<Buffer>,
  onMember: (boundary: MemberBoundary) => void,
  start: MemberBoundary = { compressed: 0, decompressed: 0 },
  smallSteps?: SmallSteps,
): AsyncGenerator<Buffer> {
  return pack(inflateMembers(chunks, onMember, start, smallSteps));
}

async function* inflateMembers(
  chunks: AsyncIterable<Buffer>,
  onMember: (boundary: MemberBoundary) => void,
  start: MemberBoundary,
  smallSteps: SmallSteps | undefined,
): AsyncGenerator<Buffer> {
  const input = createGzipInput(chunks, start.compressed);
  let decompressed = start.decompressed;
  // Members of one object are alike: what the last one was is the best guess at the next.
  let isSmall = true;
  try {
    while (await findMember(input)) {
      const first = decompressed;
      onMember({ compressed: input.position(), decompressed });
      await skipHeader(input);
      for await (const output of inflateMember(input, isSmall, smallSteps)) {
        decompressed += output.length;
        yield output;
      }
      isSmall = decompressed - first <= SMALL_MEMBER_BYTES;
    }
  } finally {
    await input.end();
  }
}

/**
 * Puts small pieces together, a turn of the event loop each: members that are decompressed at once
 * would otherwise keep it from everything else, timers and sockets, for as long as there is input.
 */
async function* pack(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
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
