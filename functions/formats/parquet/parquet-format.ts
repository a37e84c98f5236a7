import type { Position } from "../../event/record.ts";
import { UnreadableContentsError } from "../damage.ts";
import { hasControlCharacter } from "../foreign-formats.ts";
import type { ContentSource, FormatReader, RandomAccess } from "../format.ts";
import type { RecordBlock } from "../record-block.ts";

/** Columns in pages, with a footer that says where they are. */
export interface ParquetFormat {
  readonly name: "parquet";
}

export const PARQUET: ParquetFormat = { name: "parquet" };

const MAGIC = "PAR1";

/**
 * Whether contents begin like a Parquet file. A text may begin with the four letters, but not with
 * what follows them there.
 */
export function isParquet(head: Buffer): boolean {
  return head.toString("latin1", 0, MAGIC.length) === MAGIC && hasControlCharacter(head);
}

/** The rows of a Parquet file. */
export const parquetReader: FormatReader<ParquetFormat> = {
  hasRows: true,
  offsetIn: "rows",
  decode: () => PARQUET,
  read: (source, _format, start) => readRows(source, start),
};

/** What it is read with is loaded here: nothing else needs it. */
async function* readRows(source: ContentSource, start: Position): AsyncGenerator<RecordBlock> {
  const { randomAccess } = source;
  if (randomAccess === undefined)
    throw new UnreadableContentsError(
      "a Parquet file within gzip or zstd, or in a pipe: give the file itself, as it was written " +
        "(its columns are compressed already)",
    );
  const file = start.offset === 0 ? await withHead(randomAccess, source.chunks) : randomAccess;
  const { readParquet } = await import("./read-parquet.ts");
  yield* readParquet(file, start, { onColumnsLeftOut: source.onColumnsLeftOut });
}

/** The beginning has been read already to tell the format: often it is the whole file. */
async function withHead(
  { size, readAt }: RandomAccess,
  chunks: AsyncIterable<Buffer>,
): Promise<RandomAccess> {
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    head = chunk;
    break;
  }
  return {
    size,
    readAt: async (offset, length) =>
      offset + length <= head.length
        ? head.subarray(offset, offset + length)
        : await readAt(offset, length),
  };
}
