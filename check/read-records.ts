import { isUtf8 } from "node:buffer";

import { gunzip } from "../functions/reading/gunzip.ts";
import { isGzip } from "../functions/reading/gzip-header.ts";
import { splitLines, type LineBlock } from "../functions/reading/lines.ts";
import { trimEnd, trimStart, type RecordBytes } from "../functions/event/record.ts";

/** Some records that lie next to each other, or the line of one that is too long to be an event. */
export type RecordBlock =
  | {
      readonly kind: "records";
      readonly records: readonly RecordBytes[];
      readonly isKnownUtf8: boolean;
    }
  | { readonly kind: "oversized"; readonly line: number };

const LINE_FEED = 0x0a;

/**
 * The records of a file as importObject reads them: lines, blank ones left out, gzip taken apart
 * (twice, when it is gzip within gzip). Holds one chunk and at most one line of 1 MB.
 *
 * @throws CorruptGzipError after everything readable has been given
 */
export async function* readRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<RecordBlock> {
  let line = 1;
  for await (const block of splitLines(decompress(decompress(chunks)))) {
    if (block.kind === "oversized") yield { kind: "oversized", line: line++ };
    else {
      const { records, nextLine } = recordsOf(block, line);
      line = nextLine;
      yield {
        kind: "records",
        records,
        isKnownUtf8: isUtf8(block.bytes.subarray(block.start, block.end)),
      };
    }
  }
}

function recordsOf(
  { bytes, start, end, offset }: LineBlock,
  firstLine: number,
): { records: RecordBytes[]; nextLine: number } {
  const records: RecordBytes[] = [];
  let line = firstLine;
  for (let at = start; at < end; line++) {
    const newline = bytes.indexOf(LINE_FEED, at);
    const lineEnd = newline === -1 || newline > end ? end : newline;
    const recordStart = trimStart(bytes, at, lineEnd);
    if (recordStart < lineEnd)
      records.push({
        bytes,
        start: recordStart,
        end: trimEnd(bytes, recordStart, lineEnd),
        offset: offset + recordStart - start,
        line,
        hasLineBreaks: false,
      });
    at = lineEnd + 1;
  }
  return { records, nextLine: line };
}

/** The chunks themselves when they do not begin like gzip. */
async function* decompress(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const all = startingWith(first.value, iterator);
  if (isGzip(first.value)) yield* gunzip(all, () => undefined);
  else yield* all;
}

async function* startingWith(
  first: Buffer,
  iterator: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    yield first;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
