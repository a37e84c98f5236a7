import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";

import type { RandomAccess } from "../functions/formats/format.ts";
import type { ObjectGeneration } from "../functions/reading/object-generation.ts";

/** What is checked as one object. */
export interface CheckSource {
  /** As the person gave it. */
  readonly name: string;
  /** Of an object in Cloud Storage. */
  readonly contentType?: string | undefined;
  /** What a transform is told. */
  readonly object: ObjectGeneration;
  /** Stored bytes. */
  readonly bytes: number;
  readonly open: () => AsyncIterable<Buffer>;
  /** Undefined: it comes through a pipe. */
  readonly randomAccess?: RandomAccess;
}

const CHUNK_BYTES = 1024 * 1024;

/** A file on this machine, as it was found. */
export interface LocalFile {
  /** As the person gave it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Of the object, when the file is not in the working directory. */
  readonly objectName: string;
}

/**
 * A local file as an object. The object of a file in the working directory is its path from there
 * (`segment/a.ndjson`): so a transform that tells objects apart can be tried.
 */
export function fileSource({ name, path: file, bytes, objectName }: LocalFile): CheckSource {
  const relative = path.relative(process.cwd(), file);
  const isInside = !relative.startsWith("..") && !path.isAbsolute(relative);
  const object = isInside ? relative.split(path.sep).join("/") : objectName;
  return {
    name,
    object: { bucket: "local", object, generation: "0" },
    bytes,
    open: () => createReadStream(file, { highWaterMark: CHUNK_BYTES }),
    randomAccess: {
      size: () => Promise.resolve(bytes),
      readAt: (offset, length) => readPart(file, offset, length),
    },
  };
}

async function readPart(file: string, offset: number, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const part = Buffer.allocUnsafeSlow(length);
    const { bytesRead } = await handle.read(part, 0, length, offset);
    return part.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What comes in through a pipe, whose size nobody knows before its end. */
export function streamSource(name: string, chunks: AsyncIterable<Buffer>): CheckSource {
  const object = { bucket: "local", object: name, generation: "0" };
  return { name, object, bytes: 0, open: () => chunks };
}
