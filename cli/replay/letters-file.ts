import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";

import { isObject, parseJson } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import type { DeadLetter } from "./letter.ts";
import type { LetterSource } from "./letter-source.ts";

/** Letters of a file that are taken together. */
const MAX_LETTERS = 250;
const MAX_BYTES = 1_000_000;

/**
 * A dead letter as a line of JSON, as a local run writes them: `{messageId, publishTime,
 * attributes, data}`, with `dataBase64` in place of `data` where that is no text.
 */
export function toLine({ messageId, publishTime, attributes, data }: DeadLetter): string {
  const content = isUtf8(data)
    ? { data: data.toString("utf8") }
    : { dataBase64: data.toString("base64") };
  return `${JSON.stringify({ messageId, publishTime, attributes, ...content })}\n`;
}

/** A file of dead letters that is written anew. */
export interface LettersFile {
  /** Appends; what is there when this resolves may not be on the disk yet. */
  append(letters: readonly DeadLetter[]): Promise<void>;
  /** When this resolves, everything is on the disk, whatever happens to this machine. */
  close(): Promise<void>;
}

/** @throws UserError (exit code 2) when there is such a file already, or it cannot be made */
export async function createLettersFile(file: string): Promise<LettersFile> {
  const handle = await open(file, "wx").catch((error: unknown) => {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const why = code === "EEXIST" ? "is there already: give another name" : `: ${code}`;
    throw new UserError(`--to ${file} ${why}.`, 2);
  });
  const orSay = async (writing: Promise<void>): Promise<void> => {
    try {
      await writing;
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      throw new UserError(`--to ${file} cannot be written: ${code}. Nothing is acknowledged.`);
    }
  };
  return {
    append: (letters) => orSay(handle.appendFile(letters.map(toLine).join(""))),
    close: () => orSay(handle.sync().finally(() => handle.close())),
  };
}

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

async function countLetters(file: string): Promise<number> {
  try {
    if (!(await stat(file)).isFile())
      throw new UserError(`--from ${file} is not a file: it is read twice.`, 2);
    const letters = readLetters(file);
    let count = 0;
    while ((await letters.next()).done !== true) count++;
    return count;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UserError(`--from ${file} cannot be read: ${code}.`, 2);
  }
}

async function* readLetters(file: string): AsyncGenerator<DeadLetter, undefined> {
  let number = 0;
  for await (const line of readLines(file)) {
    number++;
    const place = `${file} line ${number}`;
    if (!isUtf8(line)) throw new UserError(`${place} is not UTF-8.`, 2);
    const text = line.toString("utf8").replace(BYTE_ORDER_MARK, "").trim();
    if (text !== "") yield parseLine(text, place, `line-${number}`);
  }
}

const BYTE_ORDER_MARK = /^\uFEFF/;
const LINE_FEED = 0x0a;

/** Node's own lines end at U+2028, too, which JSON may have in a text. */
async function* readLines(file: string): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...begun, chunk.subarray(start, end)]);
      begun = [];
      start = end + 1;
    }
    begun.push(chunk.subarray(start));
  }
  yield Buffer.concat(begun);
}

function parseLine(text: string, place: string, fallbackId: string): DeadLetter {
  const value = parseJson(text);
  const { attributes, data, dataBase64, messageId, publishTime } = isObject(value) ? value : {};
  const hasText = typeof data === "string";
  const hasBytes = typeof dataBase64 === "string" && isBase64(dataBase64);
  if (!isObject(attributes) || hasText === hasBytes)
    throw new UserError(
      `${place} is no dead letter: {"attributes":{...},"data":"..."}, or dataBase64 for data.`,
      2,
    );
  const wrong = Object.entries(attributes).find((entry) => typeof entry[1] !== "string");
  if (wrong !== undefined)
    throw new UserError(`${place}: the attribute ${wrong[0]} is no text.`, 2);
  return {
    messageId: typeof messageId === "string" ? messageId : fallbackId,
    publishTime: typeof publishTime === "string" ? publishTime : "",
    attributes: attributes as Record<string, string>,
    data: hasText ? Buffer.from(data) : Buffer.from(String(dataBase64), "base64"),
  };
}

/** What decodes to something else than it says would be sent as that. */
function isBase64(text: string): boolean {
  return Buffer.from(text, "base64").toString("base64") === text;
}
