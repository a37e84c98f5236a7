import { gunzip, type MemberBoundary } from "./gunzip.ts";
import { isGzip } from "./gzip-header.ts";
import type { SmallSteps } from "./inflate-member.ts";
import { unzstd } from "./unzstd.ts";
import { isZstd } from "./zstd-frame.ts";

/**
 * Decompresses chunks that begin at `start`, and tells where each member (a frame, of zstd) begins,
 * so that a later run can start there. `smallSteps`: where an earlier reading found damage.
 *
 * @throws CorruptDataError when the data is cut off or damaged, after everything readable
 */
export type Decompress = (
  chunks: AsyncIterable<Buffer>,
  onMember: (boundary: MemberBoundary) => void,
  start?: MemberBoundary,
  smallSteps?: SmallSteps,
) => AsyncGenerator<Buffer>;

/**
 * What decompresses bytes that begin with `head`; undefined: they are not compressed. Told by the
 * bytes alone, since names and metadata of objects lie.
 */
export function decompressorOf(head: Buffer): Decompress | undefined {
  if (isGzip(head)) return gunzip;
  return isZstd(head) ? unzstd : undefined;
}
