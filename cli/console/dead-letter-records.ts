import { letterMatcher } from "../replay/letter-filter.ts";
import { recordsOf } from "../replay/letter-records.ts";
import { placeOf, type DeadLetter } from "../replay/letter.ts";
import type { Connection } from "../stack/connect.ts";
import { visitDeadLetters } from "../status/visit-dead-letters.ts";
import { toFilter, type MeantLetters } from "./meant-letters.ts";

/** A record of a dead letter, to be looked at. */
export interface ShownRecord {
  readonly place: string;
  /** Its beginning, as text. */
  readonly text: string;
}

export interface FoundRecords {
  readonly records: readonly ShownRecord[];
  /** Whether there are more. */
  readonly isPartial: boolean;
}

const MAX_RECORDS = 20;
const MAX_CHARACTERS = 2000;

/**
 * Some records of dead letters, which stay where they are.
 *
 * @throws RefusedError, UnavailableError
 */
export async function findRecords(
  connection: Connection,
  meant: MeantLetters,
): Promise<FoundRecords> {
  const isMeant = letterMatcher(toFilter(meant));
  const records: ShownRecord[] = [];
  const { isPartial } = await visitDeadLetters(connection, (letter) => {
    if (records.length <= MAX_RECORDS && isMeant(letter)) records.push(...showRecords(letter));
  });
  return {
    records: records.slice(0, MAX_RECORDS),
    isPartial: isPartial || records.length > MAX_RECORDS,
  };
}

function showRecords(letter: DeadLetter): ShownRecord[] {
  const [object = ""] = placeOf(letter).split(/ line \d+$/);
  return recordsOf(letter)
    .slice(0, MAX_RECORDS + 1)
    .map(({ bytes, line }) => ({
      place: line === undefined ? object : `${object} line ${line}`,
      text: cut(bytes.subarray(0, 4 * MAX_CHARACTERS).toString()),
    }));
}

function cut(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS).toWellFormed()}…`;
}
