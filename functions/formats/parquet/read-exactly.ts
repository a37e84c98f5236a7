import { CorruptDataError } from "../../reading/corrupt-data.ts";
import type { RandomAccess } from "../format.ts";

/**
 * The `length` bytes of a file from `offset` on, all of which have to be there.
 *
 * @throws CorruptDataError when they are not; what reading throws
 */
export type ReadExactly = (offset: number, length: number) => Promise<Buffer>;

/** Reading that ends early is damage, too. */
export function readExactly({ readAt }: RandomAccess): ReadExactly {
  return async (offset, length) => {
    const bytes = await readAt(offset, length);
    if (bytes.length !== length) throw new CorruptDataError("the file ends too early");
    return bytes;
  };
}
