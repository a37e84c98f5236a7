/** A line of a file of messages. */
export interface MessageLine {
  /** 1-based. */
  readonly number: number;
  /** Without its line break; undefined when it is longer than a message can be. */
  readonly bytes: Buffer | undefined;
  readonly length: number;
}

/** 10 MB: https://cloud.google.com/pubsub/quotas#resource_limits. */
export const MAX_MESSAGE_BYTES = 10_000_000;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts a file into lines, blank ones left out. Holds one line at a time, and never more than a
 * message can be.
 */
export async function* readMessageLines(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<MessageLine> {
  let pieces: Buffer[] = [];
  let length = 0;
  let number = 1;

  const append = (piece: Buffer): void => {
    length += piece.length;
    if (length <= MAX_MESSAGE_BYTES) pieces.push(piece);
    else pieces = [];
  };
  const close = (): MessageLine => {
    const bytes = length > MAX_MESSAGE_BYTES ? undefined : trimLine(Buffer.concat(pieces), number);
    const line = { number, bytes, length };
    pieces = [];
    length = 0;
    number += 1;
    return line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      append(chunk.subarray(start, end));
      start = end + 1;
      const line = close();
      if (!isBlank(line)) yield line;
    }
    append(chunk.subarray(start));
  }
  const last = close();
  if (!isBlank(last)) yield last;
}

function trimLine(bytes: Buffer, number: number): Buffer {
  const hasMark = number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK);
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return bytes.subarray(hasMark ? 3 : 0, end);
}

function isBlank({ bytes }: MessageLine): boolean {
  return bytes?.every((byte) => byte <= 0x20) ?? false;
}
