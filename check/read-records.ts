import { isUtf8 } from "node:buffer";
import { Readable } from "node:stream";

import { TOO_LARGE } from "../functions/event/problem.ts";
import { trimEnd, trimStart, type Position, type RecordBytes } from "../functions/event/record.ts";
import type { LineBlock } from "../functions/formats/ndjson/lines.ts";
import { peekContents } from "../functions/formats/peek-contents.ts";
import type { ObjectHints, RandomAccess } from "../functions/formats/format.ts";
import type { ContentBlock, UnusableRecord } from "../functions/formats/record-block.ts";
import { readRecords as readContents, type Format } from "../functions/formats/registry.ts";
import { decompressorOf } from "../functions/reading/decompress.ts";
import { lookAhead } from "../functions/reading/look-ahead.ts";

/** Some records that lie next to each other. */
export interface CheckedBlock {
  readonly records: readonly (RecordBytes | UnusableRecord)[];
  readonly isKnownUtf8: boolean;
  readonly areRows: boolean;
}

/** Of a file that has been opened. */
export type FormatListener = (format: Format) => void;

/** A file as it is stored. */
export interface OpenableFile {
  /** Its bytes from the beginning, as often as wanted. */
  readonly open: () => AsyncIterable<Buffer>;
  /** Undefined: it comes through a pipe. */
  readonly randomAccess?: RandomAccess | undefined;
  /** As of `ContentSource`. */
  readonly onColumnsLeftOut?: (columns: readonly string[]) => void;
}

/** A file that is in memory. */
export function bufferedFile(bytes: Buffer): OpenableFile {
  return {
    open: () => Readable.from([bytes]),
    randomAccess: {
      size: () => Promise.resolve(bytes.length),
      readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    },
  };
}

const LINE_FEED = 0x0a;
const START: Position = { offset: 0, line: 1 };

/**
 * The records of a file as importObject reads them: what is compressed is taken apart (twice, when
 * it is compressed twice), and what it is is told by its beginning. Holds one chunk and at most one
 * record of 1 MB.
 *
 * @param onFormat told what the file is, before its first record
 * @throws UnreadableContentsError when it is something that is not read; CorruptDataError and
 *   UnclosedContentsError after everything readable has been given
 */
export async function* readRecords(
  { open, randomAccess, onColumnsLeftOut }: OpenableFile,
  hints: ObjectHints,
  onFormat: FormatListener = () => undefined,
): AsyncGenerator<CheckedBlock> {
  const stored = { isCompressed: false };
  const onCompressed = (): void => {
    stored.isCompressed = true;
  };
  const fromBeginning = (): AsyncIterable<Buffer> =>
    decompress(decompress(open(), onCompressed), onCompressed);
  const { chunks, format } = await peekContents(fromBeginning(), () => hints);
  onFormat(format);
  const random = stored.isCompressed ? undefined : randomAccess;
  const source = {
    chunks,
    fromBeginning,
    ...(random !== undefined && { randomAccess: random }),
    ...(onColumnsLeftOut !== undefined && { onColumnsLeftOut }),
  };
  let line = 1;
  for await (const block of readContents(source, format, START)) {
    const checked = toCheckedBlock(block, line);
    line = checked.nextLine;
    yield checked;
  }
}

/** A block with the line of each record. @param line on which the block begins */
export function toCheckedBlock(
  block: ContentBlock,
  line: number,
): CheckedBlock & { readonly nextLine: number } {
  switch (block.kind) {
    case "oversized":
      return {
        records: [{ ...block, problem: TOO_LARGE, line }],
        isKnownUtf8: true,
        areRows: false,
        nextLine: line + 1,
      };
    case "records": {
      const { records, end, areRows = false } = block;
      return { records, isKnownUtf8: areRows, areRows, nextLine: end.line };
    }
    case "lines": {
      const isKnownUtf8 = isUtf8(block.bytes.subarray(block.start, block.end));
      return { ...recordsOf(block, line), isKnownUtf8, areRows: false };
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
async function* decompress(
  chunks: AsyncIterable<Buffer>,
  onCompressed: () => void,
): AsyncGenerator<Buffer> {
  const { head, all } = await lookAhead(chunks);
  const decompressAll = decompressorOf(head);
  if (decompressAll !== undefined) onCompressed();
  yield* decompressAll === undefined ? all : decompressAll(all, () => undefined);
}
