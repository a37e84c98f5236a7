import { UnavailableError } from "../platform/errors.ts";
import { CorruptDataError } from "./corrupt-data.ts";
import { INPUT_PIECE_BYTES, type SmallSteps } from "./inflate-member.ts";

export interface FurtherReadings {
  /** What lies behind the first `given` bytes of the chunks. */
  readonly readAgain: (given: number, smallSteps: SmallSteps) => AsyncIterable<Buffer>;
  readonly isInTime: () => boolean;
}

/**
 * What is read in small steps after damage was found: first to find the one of 256 bytes, then the
 * byte. Each takes a few hundred steps.
 */
const READINGS = [
  { length: INPUT_PIECE_BYTES, step: 256 },
  { length: 256, step: 1 },
] as const;

/**
 * The chunks; when they end with damage within a piece of gzip, also what can be read of that piece
 * up to the damage. zlib keeps that to itself when it fails, and cannot go back, so the member is
 * read again.
 *
 * @throws CorruptDataError at the end; what all readings throw. A run that gave nothing before the
 *   damage and has no time to read again ends with the damage: no run would have it
 */
export async function* upToDamage(
  chunks: AsyncIterable<Buffer>,
  { readAgain, isInTime }: FurtherReadings,
): AsyncGenerator<Buffer> {
  let given = 0;
  let reading = chunks;
  let damage: CorruptDataError | undefined;
  for (const further of [...READINGS, undefined]) {
    try {
      for await (const chunk of reading) {
        given += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      const isHopeless = error instanceof UnavailableError && given === 0 && !isInTime();
      if (isHopeless && damage !== undefined) throw damage;
      if (!(error instanceof CorruptDataError)) throw error;
      if (error.pieceAt === undefined || further === undefined) throw error;
      damage = error;
      reading = readAgain(given, { from: error.pieceAt, ...further });
    }
  }
}
