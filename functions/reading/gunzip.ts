import { findMember, skipHeader } from "./gzip-header.ts";
import { createCompressedInput } from "./compressed-input.ts";
import { packPieces } from "./pack-pieces.ts";
import { inflateMember, SMALL_MEMBER_BYTES, type SmallSteps } from "./inflate-member.ts";

/** Where a gzip member begins: in the stored bytes, and in what they decompress to. */
export interface MemberBoundary {
  readonly compressed: number;
  readonly decompressed: number;
}

/**
 * Decompresses gzip of any number of members (https://www.rfc-editor.org/rfc/rfc1952#section-2.2),
 * and tells where each begins, so that a later run can start there; at the latest when the first of
 * its bytes are given. Zeros and white space between members and after the last one are passed
 * over.
 *
 * @param start where the chunks begin: the start of a member
 * @param smallSteps where an earlier reading found damage
 * @throws CorruptDataError when the data is cut off or damaged, after everything readable has been
 *   given up to its `pieceAt`
 */
export function gunzip(
  chunks: AsyncIterable<Buffer>,
  onMember: (boundary: MemberBoundary) => void,
  start: MemberBoundary = { compressed: 0, decompressed: 0 },
  smallSteps?: SmallSteps,
): AsyncGenerator<Buffer> {
  return packPieces(inflateMembers(chunks, onMember, start, smallSteps));
}

async function* inflateMembers(
  chunks: AsyncIterable<Buffer>,
  onMember: (boundary: MemberBoundary) => void,
  start: MemberBoundary,
  smallSteps: SmallSteps | undefined,
): AsyncGenerator<Buffer> {
  const input = createCompressedInput(chunks, start.compressed);
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
