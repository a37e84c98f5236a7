import { constrainedMemory } from "node:process";
import { totalmem } from "node:os";

import { UnreadableContentsError } from "../damage.ts";

/** The stack's default for `memory`: what is checked on another machine is read there, too. */
const DEFAULT_MEMORY_BYTES = 1024 ** 3;

/** What pages may take of it: the rest is for events on their way. */
const SHARE = 0.25;

/** What the pages that are open at once may take, in bytes. */
export function pageMemoryBytes(): number {
  const limit = constrainedMemory();
  const isLimited = limit > 0 && limit < totalmem();
  return (isLimited ? limit : DEFAULT_MEMORY_BYTES) * SHARE;
}

/** The memory of the pages that are open at once, known from their headers before they are read. */
export class PageMemory {
  readonly #limit: number;
  #used = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws UnreadableContentsError when it is too much for this instance */
  take(bytes: number): void {
    if (this.#used + bytes > this.#limit)
      throw new UnreadableContentsError(
        `a Parquet file with pages of ${toMegabytes(this.#used + bytes)} MB open at once, where ` +
          `${toMegabytes(this.#limit)} MB fit: write smaller row groups (DuckDB: ROW_GROUP_SIZE 122880; ` +
          "pyarrow: row_group_size=100000; Spark: parquet.block.size=33554432), or raise `memory`",
      );
    this.#used += bytes;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}

function toMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
