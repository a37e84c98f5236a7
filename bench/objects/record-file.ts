import { existsSync } from "node:fs";
import { mkdir, open, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { seededRandom, type Random } from "../random.ts";
import { inLayout, type Layout } from "./layouts.ts";
import { sampleEvent } from "./sample-event.ts";
import { sampleUpdate } from "./sample-update.ts";

/** A file of events, or of updates of profiles. */
export interface RecordFile {
  readonly path: string;
  /** Size of the file as it is stored. */
  readonly bytes: number;
  /** Of its records as lines, uncompressed. */
  readonly lineBytes: number;
  readonly records: number;
}

export interface RecordFileOptions {
  /** At least so many megabytes (10^6) of lines. */
  readonly megabytes: number;
  readonly contents: "events" | "updates";
  /** Words added to an event of 650 bytes, six bytes each. */
  readonly moreWords: number;
  readonly layout: Layout;
}

/** Not under version control; made once, and the same on every machine. */
const FOLDER = fileURLToPath(new URL("../data", import.meta.url));
const SEED = 7;
const RECORDS_AT_ONCE = 5000;

/** Makes a file of records, unless it is there. */
export async function recordFile(options: RecordFileOptions): Promise<RecordFile> {
  await mkdir(FOLDER, { recursive: true });
  const name = `${options.contents}-${options.megabytes}-${options.moreWords}.ndjson`;
  const plain = path.join(FOLDER, name);
  const countFile = `${plain}.count`;
  if (!existsSync(countFile)) await writeFile(countFile, String(await writeLines(plain, options)));
  const records = Number(await readFile(countFile, "utf8"));
  const { size: lineBytes } = await stat(plain);
  const file = await inLayout(plain, options.layout);
  const { size: bytes } = await stat(file);
  return { path: file, bytes, lineBytes, records };
}

async function writeLines(file: string, options: RecordFileOptions): Promise<number> {
  const limit = options.megabytes * 1e6;
  const random = seededRandom(SEED);
  const handle = await open(file, "w");
  let bytes = 0;
  let records = 0;
  while (bytes < limit) {
    const lines: string[] = [];
    let length = 0;
    while (lines.length < RECORDS_AT_ONCE && bytes + length < limit) {
      const line = sampleLine(random, options);
      lines.push(line);
      length += Buffer.byteLength(line);
    }
    await handle.write(lines.join(""));
    bytes += length;
    records += lines.length;
  }
  await handle.close();
  return records;
}

function sampleLine(random: Random, { contents, moreWords }: RecordFileOptions): string {
  return contents === "events" ? sampleEvent(random, moreWords) : sampleUpdate(random);
}
