import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

import { crc32c, encodeCrc32c } from "./crc32c.ts";
import type { ContentSummary } from "./object-record.ts";

/** Appends to a file and keeps its checksums, so that no byte is read again. */
export interface ContentWriter {
  /** Bytes written so far. */
  readonly size: () => number;
  readonly append: (bytes: Uint8Array) => Promise<void>;
  /** Closes the file; may be called again. */
  readonly close: () => Promise<ContentSummary>;
}

/** Creates the file at `path`; it must not exist. */
export async function createContentWriter(path: string): Promise<ContentWriter> {
  const file = await open(path, "wx");
  const checksums = createChecksums();
  return {
    size: checksums.size,
    append: async (bytes) => {
      await file.writeFile(bytes);
      checksums.update(bytes);
    },
    close: async () => {
      await file.close();
      return checksums.digest();
    },
  };
}

/** Writes all `chunks` to the new file at `path`. Memory: one chunk. */
export async function writeContent(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<ContentSummary> {
  const writer = await createContentWriter(path);
  try {
    for await (const chunk of chunks) await writer.append(chunk);
  } catch (error) {
    await writer.close();
    throw error;
  }
  return writer.close();
}

/** Size and checksums of a file that is there. Memory: about 1 MiB. */
export async function summarizeFile(path: string): Promise<ContentSummary> {
  const checksums = createChecksums();
  const stream = createReadStream(path, { highWaterMark: 1024 * 1024 });
  for await (const chunk of stream as AsyncIterable<Buffer>) checksums.update(chunk);
  return checksums.digest();
}

function createChecksums() {
  const md5 = createHash("md5");
  let crc = 0;
  let size = 0;
  return {
    size: (): number => size,
    update: (bytes: Uint8Array): void => {
      md5.update(bytes);
      crc = crc32c(bytes, crc);
      size += bytes.length;
    },
    digest: (): ContentSummary => ({
      size,
      md5Hash: md5.copy().digest("base64"),
      crc32c: encodeCrc32c(crc),
    }),
  };
}
