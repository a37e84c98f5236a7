import { MAX_EVENT_BYTES } from "../../event/limits.ts";

/** What a dead letter keeps of a line that is too long to be an event. */
export const OVERSIZED_HEAD_BYTES = 64 * 1024;

/** Whole lines: `bytes[start, end)`; only the last line of the source may lack its line feed. */
export interface LineBlock {
  readonly kind: "lines";
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Bytes of the source before `start`. */
  readonly offset: number;
}

/** A line longer than an event may be, which is never held as a whole. */
export interface OversizedLine {
  readonly kind: "oversized";
  /** Its first 64 KiB. */
  readonly head: Buffer;
  /** Bytes of the line, without its line feed. */
  readonly length: number;
  readonly offset: number;
  /** Whether a line feed ended it. */
  readonly isEnded: boolean;
}

const LINE_FEED = 0x0a;

/** A line may be as long as an event, and some white space around it. */
const MAX_LINE_BYTES = MAX_EVENT_BYTES + 64 * 1024;

/**
 * Cuts a source into blocks of whole lines, without copying: only a line that spans two chunks is
 * put together. Holds at most one line of 1 MB besides the current chunk.
 *
 * @param offset where in the source the first chunk begins
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  offset = 0,
): AsyncGenerator<LineBlock | OversizedLine> {
  let open = newOpenLine(offset);
  let position = offset;
  for await (const chunk of chunks) {
    let start = 0;
    if (open.length > 0) {
      const newline = chunk.indexOf(LINE_FEED);
      const end = newline === -1 ? chunk.length : newline + 1;
      append(open, chunk.subarray(0, end));
      if (newline !== -1) {
        yield close(open, true);
        open = newOpenLine(position + end);
      }
      start = end;
    }
    const lastNewline = chunk.lastIndexOf(LINE_FEED);
    if (lastNewline >= start) {
      const end = lastNewline + 1;
      yield { kind: "lines", bytes: chunk, start, end, offset: position + start };
      start = end;
      open = newOpenLine(position + end);
    }
    if (start < chunk.length) append(open, chunk.subarray(start));
    position += chunk.length;
  }
  if (open.length > 0) yield close(open, false);
}

/** A line whose end has not been read yet. */
interface OpenLine {
  pieces: Buffer[];
  length: number;
  readonly offset: number;
}

function newOpenLine(offset: number): OpenLine {
  return { pieces: [], length: 0, offset };
}

/**
 * Past the limit only the head is kept, so that a file without line feeds cannot fill the memory.
 */
function append(line: OpenLine, piece: Buffer): void {
  const wasOversized = line.length > MAX_LINE_BYTES;
  line.length += piece.length;
  if (wasOversized) return;
  line.pieces.push(piece);
  if (line.length > MAX_LINE_BYTES)
    line.pieces = [Buffer.concat(line.pieces).subarray(0, OVERSIZED_HEAD_BYTES)];
}

function close(line: OpenLine, isEnded: boolean): LineBlock | OversizedLine {
  const { length, offset } = line;
  if (length <= MAX_LINE_BYTES) {
    const bytes = Buffer.concat(line.pieces, length);
    return { kind: "lines", bytes, start: 0, end: length, offset };
  }
  const head = Buffer.from(line.pieces[0] ?? Buffer.alloc(0));
  return { kind: "oversized", head, length: isEnded ? length - 1 : length, offset, isEnded };
}
