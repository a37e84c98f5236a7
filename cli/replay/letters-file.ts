import { isUtf8 } from "node:buffer";
import { stat } from "node:fs/promises";

import { UserError } from "../../functions/platform/user-error.ts";
import { parseLine, wrong } from "./letter-line.ts";
import type { DeadLetter } from "./letter.ts";
import type { LetterSource } from "./letter-source.ts";
import { readLines } from "./read-lines.ts";

/** Letters of a file that are taken together. */
const MAX_LETTERS = 250;
const MAX_BYTES = 1_000_000;
/**
 * A message has at most 10 MB, of which JSON may make six times as much, and a record that was put
 * together by hand 64 MiB.
 */
const MAX_LINE_BYTES = 128 * 1024 * 1024;

/**
 * The dead letters of a file. All of it is looked at first: nothing is sent of one that is broken
 * further down.
 *
 * @throws UserError (exit code 2) when it cannot be read, or a line is no dead letter
 */
export async function openLettersFile(file: string): Promise<LetterSource> {
  const total = await countLetters(file);
  const letters = readLetters(file);
  let done = 0;
  let isStopped = false;
  let reading: Promise<unknown> = Promise.resolve();
  const readSome = async (): Promise<readonly DeadLetter[] | undefined> => {
    const some: DeadLetter[] = [];
    for (let bytes = 0; !isStopped && some.length < MAX_LETTERS && bytes < MAX_BYTES;) {
      const next = await letters.next();
      if (next.done === true) break;
      some.push(next.value);
      bytes += next.value.data.length;
    }
    done += some.length;
    return some.length === 0 ? undefined : some;
  };
  return {
    next: () => {
      // Lines come one after the other.
      const some = reading.then(readSome);
      reading = some.catch(() => undefined);
      return some;
    },
    settle: () => Promise.resolve(),
    takesRest: false,
    progress: () => ({ done, total }),
    later: () => 0,
    isFull: () => false,
    missing: () => Promise.resolve({ expected: total, missing: 0, measuredAt: "" }),
    stop: () => {
      isStopped = true;
    },
    close: async () => {
      isStopped = true;
      await reading;
      await letters.return(undefined);
    },
  };
}

/** Looks at all of them. @throws UserError (exit code 2) */
async function countLetters(file: string): Promise<number> {
  try {
    if (!(await stat(file)).isFile())
      throw new UserError(`--from ${file} is not a file: it is read twice.`, 2);
    const lines = new Map<string, number>();
    let count = 0;
    for await (const { letter, hasId, number } of readNumbered(file)) {
      count++;
      if (!hasId) continue;
      const earlier = lines.get(letter.messageId);
      if (earlier !== undefined)
        throw wrong(
          `${file} line ${number}`,
          `has the messageId of line ${earlier}, and would be sent twice. Delete one of them (equal lines: sort -u), or the messageId if it is a part of that letter`,
        );
      lines.set(letter.messageId, number);
    }
    return count;
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${error.message} Nothing is sent.`, 2);
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UserError(`--from ${file} cannot be read: ${code}.`, 2);
  }
}

/** What is wrong by now was not when it was looked at, and letters before it are sent. */
async function* readLetters(file: string): AsyncGenerator<DeadLetter, undefined> {
  try {
    for await (const { letter } of readNumbered(file)) yield letter;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message} It was changed while it was replayed.`);
  }
}

async function* readNumbered(file: string) {
  let number = 0;
  for await (const line of readLines(file, MAX_LINE_BYTES)) {
    number++;
    const place = `${file} line ${number}`;
    if (line === undefined) throw wrong(place, "is longer than 128 MiB, as no dead letter is");
    if (!isUtf8(line)) throw wrong(place, "is not UTF-8. Save the file as that");
    const text = line.toString("utf8").replace(BYTE_ORDER_MARK, "").trim();
    if (text !== "") yield { ...parseLine(text, place, `line-${number}`), number };
  }
}

const BYTE_ORDER_MARK = /^\uFEFF/;
