import { CorruptDataError } from "../reading/corrupt-data.ts";
import { startingWith } from "../reading/look-ahead.ts";
import { UnreadableContentsError } from "./damage.ts";
import { detectFormat, type Detected } from "./detect-format.ts";
import type { ObjectHints } from "./format.ts";
import type { Format } from "./registry.ts";

/** Contents of which the beginning has been looked at. */
export interface PeekedContents {
  readonly format: Format;
  /** All of them, from the beginning. */
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * Reads as much of contents as their format takes to be told: nearly always the first chunk, and
 * never more than 1 MB and a chunk.
 *
 * @param hints asked for when the first chunk is there, with which some come
 * @throws UnreadableContentsError when they are something that is not read; what the chunks throw
 */
export async function peekContents(
  chunks: AsyncIterable<Buffer>,
  hints: () => ObjectHints,
): Promise<PeekedContents> {
  const iterator = chunks[Symbol.asyncIterator]();
  const pieces: Buffer[] = [];
  let damage: CorruptDataError | undefined;
  const readPiece = async (): Promise<boolean> => {
    try {
      const next = await iterator.next();
      if (next.done !== true) pieces.push(next.value);
      return next.done !== true;
    } catch (error) {
      // What is before the damage is all there will ever be: any other failure passes.
      if (!(error instanceof CorruptDataError)) throw error;
      damage = error;
      return false;
    }
  };
  let detected: Detected | undefined;
  while (detected === undefined) {
    const mayBeMore = await readPiece();
    const [first = Buffer.alloc(0)] = pieces;
    const head = pieces.length > 1 ? Buffer.concat(pieces) : first;
    detected = detectFormat(head, !mayBeMore, hints());
  }
  if (detected.kind === "format")
    return { format: detected.format, chunks: startingWith(pieces, iterator, damage) };
  await iterator.return?.();
  throw new UnreadableContentsError(textOf(detected));
}

function textOf(detected: Exclude<Detected, { kind: "format" }>): string {
  if (detected.kind === "unreadable") return detected.error;
  const { what, advice } = detected.foreign;
  return `${what}: ${advice}`;
}
