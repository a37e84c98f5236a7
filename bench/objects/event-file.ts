import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, open, readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Transform, type Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

import { seededRandom } from "../random.ts";
import { sampleEvent } from "./sample-event.ts";

/** How the events are written: one a line, the same gzipped, or elements of a JSON array. */
export type EventLayout = "lines" | "gzip" | "array";

/** A file of events. */
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
  readonly layout: EventLayout;
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
  const file = await inLayout(plain, options.layout);
  const { size: bytes } = await stat(file);
  return { path: file, bytes, eventBytes, events };
}

/** The file that holds the lines of `plain` in `layout`. */
async function inLayout(plain: string, layout: EventLayout): Promise<string> {
  switch (layout) {
    case "lines":
      return plain;
    case "gzip":
      return await converted(plain, `${plain}.gz`, zlib.createGzip({ level: 6 }));
    case "array":
      return await converted(plain, `${plain}.array.json`, linesToArray());
  }
}

/** `[`, the lines with commas in the place of their line feeds, `]` in the place of the last. */
function linesToArray(): Transform {
  let held: Buffer = Buffer.from("[");
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = chunk.indexOf("\n"); at !== -1; at = chunk.indexOf("\n", at + 1))
        chunk[at] = ",".charCodeAt(0);
      this.push(held);
      held = chunk;
      done();
    },
    flush(done) {
      this.push(held.subarray(0, -1));
      done(null, "]");
    },
  });
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

async function converted(source: string, target: string, conversion: Duplex): Promise<string> {
  if (existsSync(target)) return target;
  const unfinished = `${target}.part`;
  await pipeline(
    createReadStream(source, { highWaterMark: 1024 * 1024 }),
    conversion,
    createWriteStream(unfinished),
  );
  await rename(unfinished, target);
  return target;
}
