import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";

import { isObject, parseJson } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import type { DeadLetter } from "./letter.ts";
import type { LetterSource } from "./letter-source.ts";

/** Letters of a file that are taken together. */
const MAX_LETTERS = 500;
const MAX_BYTES = 4_000_000;

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
  return {
    append: (letters) => handle.appendFile(letters.map(toLine).join("")),
    close: async () => {
      await handle.sync();
      await handle.close();
    },
  };
}

/**
 * The dead letters of a file.
 *
 * @throws UserError (exit code 2) when it cannot be read; `next` at a line that is no dead letter
 */
export async function openLettersFile(file: string): Promise<LetterSource> {
  const handle = await open(file, "r").catch((error: unknown) => {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UserError(`--from ${file} cannot be read: ${code}.`, 2);
  });
  await handle.close();
  const input = createReadStream(file, "utf8");
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]();
  let line = 0;
  let done = 0;
  let reading: Promise<unknown> = Promise.resolve();
  const readSome = async (): Promise<readonly DeadLetter[] | undefined> => {
    const letters: DeadLetter[] = [];
    for (let bytes = 0; letters.length < MAX_LETTERS && bytes < MAX_BYTES;) {
      const next = await lines.next();
      if (next.done === true) break;
      line++;
      if (next.value.trim() === "") continue;
      letters.push(parseLine(next.value, `${file} line ${line}`, `${line}`));
      bytes += next.value.length;
    }
    done += letters.length;
    return letters.length === 0 ? undefined : letters;
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
    progress: () => ({ done, total: undefined }),
    later: () => 0,
    stop: () => {
      input.destroy();
    },
    close: () => {
      input.destroy();
      return Promise.resolve();
    },
  };
}

function parseLine(text: string, place: string, fallbackId: string): DeadLetter {
  const value = parseJson(text);
  const { attributes, data, dataBase64, messageId, publishTime } = isObject(value) ? value : {};
  const hasText = typeof data === "string";
  const hasBytes = typeof dataBase64 === "string";
  if (!isObject(attributes) || hasText === hasBytes)
    throw new UserError(
      `${place} is no dead letter: {"attributes":{...},"data":"..."}, or dataBase64 for data.`,
      2,
    );
  const wrong = Object.entries(attributes).find((entry) => typeof entry[1] !== "string");
  if (wrong !== undefined)
    throw new UserError(`${place}: the attribute ${wrong[0]} is no text.`, 2);
  return {
    messageId: typeof messageId === "string" ? messageId : `line-${fallbackId}`,
    publishTime: typeof publishTime === "string" ? publishTime : "",
    attributes: attributes as Record<string, string>,
    data: hasText ? Buffer.from(data) : Buffer.from(String(dataBase64), "base64"),
  };
}
