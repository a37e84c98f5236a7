import type { ObjectGeneration } from "../../functions/reading/object-generation.ts";
import type { Connection } from "../stack/connect.ts";
import type { DeadLetter } from "./letter.ts";
import { readFormats, type FormatLookup } from "./object-formats.ts";
import { lookUp, readReferenced } from "./referenced-records.ts";

/** A letter of which the records are in an object only. */
export interface ReferencedLetter {
  readonly letter: DeadLetter;
  readonly object: ObjectGeneration;
}

/** What to do with them. */
export interface ReferencedOptions {
  readonly connection: Connection;
  /** False: it is enough to know that the object is there. */
  readonly needsData: boolean;
  /** For letters with what their records are, or as they are without `needsData`. */
  readonly settle: (letters: readonly DeadLetter[]) => Promise<void>;
  readonly leave: (letter: DeadLetter, why: string) => void;
}

/** Letters that are read from one object together: what they hold is in memory. */
const MAX_LETTERS = 100;
/** Letters of so many bytes are settled together. */
const MAX_BYTES = 1_000_000;

/** Makes the function that takes such letters. @throws what reading and settling throw */
export function createReferencedReplayer(
  options: ReferencedOptions,
): (letters: readonly ReferencedLetter[]) => Promise<void> {
  const { connection } = options;
  let formats: Promise<FormatLookup> | undefined;
  let reading: Promise<unknown> = Promise.resolve();
  const replayAll = async (letters: readonly ReferencedLetter[]): Promise<void> => {
    const formatOf = await (formats ??= readFormats(connection));
    const byObject = Map.groupBy(letters, ({ object }) => JSON.stringify(object));
    for (const ofObject of byObject.values())
      for (let start = 0; start < ofObject.length; start += MAX_LETTERS)
        await replaySome(ofObject.slice(start, start + MAX_LETTERS), formatOf, options);
  };
  return async (letters) => {
    if (letters.length === 0) return;
    // One object after the other: each may be read to its end, and letters are held meanwhile.
    const read = reading.then(() => replayAll(letters));
    reading = read.catch(() => undefined);
    await read;
  };
}

/** Letters of one object. */
async function replaySome(
  some: readonly ReferencedLetter[],
  formatOf: FormatLookup,
  { connection, needsData, settle, leave }: ReferencedOptions,
): Promise<void> {
  const [first] = some;
  if (first === undefined) return;
  const { object } = first;
  const letters = some.map(({ letter }) => letter);
  if (!needsData) {
    const found = await lookUp(connection, object);
    if (typeof found === "string") for (const letter of letters) leave(letter, found);
    else await settle(letters);
    return;
  }
  let whole: DeadLetter[] = [];
  let bytes = 0;
  for await (const read of readReferenced({ connection, formatOf }, object, letters)) {
    if (read.kind === "missing") {
      leave(read.letter, read.why);
      continue;
    }
    whole.push(read.whole);
    bytes += read.whole.data.length;
    if (bytes < MAX_BYTES) continue;
    await settle(whole);
    whole = [];
    bytes = 0;
  }
  await settle(whole);
}
