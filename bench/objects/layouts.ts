import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";

import { csvOf } from "./csv-layout.ts";
import { parquetOf } from "./parquet/parquet-writer.ts";

/** How records are written: one a line, the same gzipped, elements of a JSON array, or rows. */
export type Layout = "lines" | "gzip" | "array" | "csv" | "parquet";

/** What the name of a file in that layout ends with: of CSV it is what says so. */
export const EXTENSIONS: Readonly<Record<Layout, string>> = {
  lines: ".ndjson",
  gzip: ".ndjson.gz",
  array: ".json",
  csv: ".csv",
  parquet: ".snappy.parquet",
};

/** The file beside `plain` that holds its lines in `layout`; it is made unless it is there. */
export async function inLayout(plain: string, layout: Layout): Promise<string> {
  if (layout === "lines") return plain;
  const target = `${plain}${EXTENSIONS[layout]}`;
  if (existsSync(target)) return target;
  const unfinished = `${target}.part`;
  await pipeline(converted(plain, layout), createWriteStream(unfinished));
  await rename(unfinished, target);
  return target;
}

function converted(
  plain: string,
  layout: Exclude<Layout, "lines">,
): NodeJS.ReadableStream | AsyncIterable<string | Buffer> {
  const lines = () => createReadStream(plain, { highWaterMark: 1024 * 1024 });
  switch (layout) {
    case "gzip":
      return lines().pipe(zlib.createGzip({ level: 6 }));
    case "array":
      return lines().pipe(linesToArray());
    case "csv":
      return csvOf(plain);
    case "parquet":
      return parquetOf(plain);
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
