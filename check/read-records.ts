import { isUtf8 } from "node:buffer";

import { trimEnd, trimStart, type Position, type RecordBytes } from "../functions/event/record.ts";
import type { LineBlock } from "../functions/formats/ndjson/lines.ts";
import { peekContents } from "../functions/formats/peek-contents.ts";
import {
  readRecords as readContents,
  type ContentBlock,
} from "../functions/formats/read-records.ts";
import type { OversizedRecord } from "../functions/formats/record-block.ts";
import { decompressorOf } from "../functions/reading/decompress.ts";
import { lookAhead } from "../functions/reading/look-ahead.ts";

/** Some records that lie next to each other. */
export interface CheckedBlock {
  readonly records: readonly (RecordBytes | OversizedRecord)[];
  readonly isKnownUtf8: boolean;
}

const LINE_FEED = 0x0a;
const START: Position = { offset: 0, line: 1 };

/**
 * The records of a file as importObject reads them: what is compressed is taken apart (twice, when
 * it is compressed twice), and what it is is told by its beginning. Holds one chunk and at most one
 * record of 1 MB.
 *
 * @throws ForeignFormatError when it is something that is not read; CorruptDataError and
 *   UnclosedContentsError after everything readable has been given
 */
export async function* readRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<CheckedBlock> {
  const contents = await peekContents(decompress(decompress(chunks)));
  let line = 1;
  for await (const block of readContents(contents.chunks, contents.format, START)) {
    const checked = toCheckedBlock(block, line);
    line = checked.nextLine;
    yield checked;
  }
}

/** @param line on which the block begins */
function toCheckedBlock(
  block: ContentBlock,
  line: number,
): CheckedBlock & { readonly nextLine: number } {
  switch (block.kind) {
    case "oversized":
      return { records: [{ ...block, line }], isKnownUtf8: true, nextLine: line + 1 };
    case "records":
      return { records: block.records, isKnownUtf8: false, nextLine: block.end.line };
    case "lines": {
      const isKnownUtf8 = isUtf8(block.bytes.subarray(block.start, block.end));
      return { ...recordsOf(block, line), isKnownUtf8 };
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

/** The chunks themselves when they do not begin like compressed ones. */
async function* decompress(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { head, all } = await lookAhead(chunks);
  const decompressAll = decompressorOf(head);
  yield* decompressAll === undefined ? all : decompressAll(all, () => undefined);
}
