import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, open, readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

import { seededRandom } from "../random.ts";
import { sampleEvent } from "./sample-event.ts";

/** A file of events, one JSON object a line. */
export interface EventFile {
  readonly path: string;
  /** Size of the file as it is stored. */
  readonly bytes: number;
  /** Its lines, uncompressed. */
  readonly eventBytes: number;
  readonly events: number;
}

export interface EventFileOptions {
  /** At least so many megabytes (10^6) of lines. */
  readonly megabytes: number;
  /** Words added to an event of 650 bytes, six bytes each. */
  readonly moreWords: number;
  readonly isZipped: boolean;
}

/** Not under version control; made once, and the same on every machine. */
const FOLDER = fileURLToPath(new URL("../data", import.meta.url));
const SEED = 7;
const EVENTS_AT_ONCE = 5000;

/** Makes a file of events, unless it is there. */
export async function eventFile(options: EventFileOptions): Promise<EventFile> {
  await mkdir(FOLDER, { recursive: true });
  const name = `events-${options.megabytes}-${options.moreWords}.ndjson`;
  const plain = path.join(FOLDER, name);
  const countFile = `${plain}.count`;
  if (!existsSync(countFile)) await writeFile(countFile, String(await writeEvents(plain, options)));
  const events = Number(await readFile(countFile, "utf8"));
  const { size: eventBytes } = await stat(plain);
  if (!options.isZipped) return { path: plain, bytes: eventBytes, eventBytes, events };
  const zipped = `${plain}.gz`;
  if (!existsSync(zipped)) await zip(plain, zipped);
  const { size: bytes } = await stat(zipped);
  return { path: zipped, bytes, eventBytes, events };
}

async function writeEvents(
  file: string,
  { megabytes, moreWords }: EventFileOptions,
): Promise<number> {
  const random = seededRandom(SEED);
  const handle = await open(file, "w");
  let bytes = 0;
  let events = 0;
  while (bytes < megabytes * 1e6) {
    const lines: string[] = [];
    let length = 0;
    while (lines.length < EVENTS_AT_ONCE && bytes + length < megabytes * 1e6) {
      const line = sampleEvent(random, moreWords);
      lines.push(line);
      length += Buffer.byteLength(line);
    }
    await handle.write(lines.join(""));
    bytes += length;
    events += lines.length;
  }
  await handle.close();
  return events;
}

async function zip(source: string, target: string): Promise<void> {
  const unfinished = `${target}.part`;
  await pipeline(
    createReadStream(source, { highWaterMark: 1024 * 1024 }),
    zlib.createGzip({ level: 6 }),
    createWriteStream(unfinished),
  );
  await rename(unfinished, target);
}
