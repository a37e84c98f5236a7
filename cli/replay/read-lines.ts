import { createReadStream } from "node:fs";

const LINE_FEED = 0x0a;

/**
 * The lines of a file, up to so many bytes of each and no more. Node's own lines end at U+2028,
 * too, which JSON may have in a text.
 *
 * @returns undefined in place of a line that is longer
 */
export async function* readLines(
  file: string,
  maxBytes: number,
): AsyncGenerator<Buffer | undefined> {
  let begun: Buffer[] = [];
  let bytes = 0;
  const add = (piece: Buffer): void => {
    bytes += piece.length;
    if (bytes > maxBytes) begun = [];
    else begun.push(piece);
  };
  const take = (): Buffer | undefined => {
    const line = bytes > maxBytes ? undefined : Buffer.concat(begun);
    begun = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  yield take();
}
