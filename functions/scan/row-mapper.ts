import { eventOfFlags, type ScannedEvent } from "./event-scanner.ts";
import { SCANNER } from "./instance.ts";

/** The event of a row, `bytes[start, end)`, and what is known of it: it passes every check. */
export interface MappedRow extends ScannedEvent {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Events lie together in pieces of memory of this size: more than one can take. */
const PIECE_BYTES = 128 * 1024;
const CLOSING_BYTES = 2;

const { exported, memory, input } = SCANNER;
let piece = Buffer.alloc(0);
let pieceEnd = 0;

/**
 * The event of `bytes[start, end)`, canonical row JSON in UTF-8, if it has the usual columns and
 * nothing about it is unusual: the very bytes that `eventOfRow` and `JSON.stringify` would make,
 * several times as fast.
 *
 * @returns undefined: it falls back to them
 */
export function mapRow(
  bytes: Buffer,
  start: number,
  end: number,
  nowMs: number,
): MappedRow | undefined {
  const length = end - start;
  if (length > exported.MAX_ROW.value) return undefined;
  input.set(bytes.subarray(start, end));
  if (exported.mapRow(length, nowMs) === 0) return undefined;
  const from = exported.mappedStart.value;
  const size = exported.mappedEnd.value - from;
  if (pieceEnd + size > piece.length) takePiece();
  const at = pieceEnd;
  memory.copy(piece, at, from, from + size);
  pieceEnd = at + size;
  const propertiesEnd = pieceEnd - CLOSING_BYTES;
  const event = eventOfFlags(exported.mappedFlags.value, propertiesEnd);
  return { ...event, bytes: piece, start: at, end: pieceEnd };
}

/** What is taken of a piece is never written again: somebody may still hold on to it. */
function takePiece(): void {
  piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  pieceEnd = 0;
}
