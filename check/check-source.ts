import { createReadStream } from "node:fs";
import path from "node:path";

import { systemClock } from "../functions/platform/clock.ts";
import { deadlineAt } from "../functions/platform/deadline.ts";
import { messageOf } from "../functions/platform/errors.ts";
import { createGoogleApi, type GoogleApi } from "../functions/google/google-api.ts";
import { readStoredBytes } from "../functions/reading/object-ranges.ts";
import type { ObjectGeneration } from "../functions/reading/object-generation.ts";
import { UserError } from "../functions/platform/user-error.ts";

/** What is checked as one object. */
export interface CheckSource {
  /** As the person gave it. */
  readonly name: string;
  /** What a transform is told. */
  readonly object: ObjectGeneration;
  /** Stored bytes. */
  readonly bytes: number;
  readonly open: () => AsyncIterable<Buffer>;
}

const CHUNK_BYTES = 1024 * 1024;
const GS_URL = /^gs:\/\/([^/]+)\/(.+)$/;

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
  };
}

/** What comes in through a pipe, whose size nobody knows before its end. */
export function streamSource(name: string, chunks: AsyncIterable<Buffer>): CheckSource {
  const object = { bucket: "local", object: name, generation: "0" };
  return { name, object, bytes: 0, open: () => chunks };
}

/**
 * Finds objects in Cloud Storage.
 *
 * @param urls `gs://bucket/object` each
 * @throws UserError for whatever is not there or cannot be read
 */
export async function objectSources(urls: readonly string[]): Promise<readonly CheckSource[]> {
  if (urls.length === 0) return [];
  const google = createGoogle();
  return Promise.all(urls.map((url) => findObject(google, url)));
}

function createGoogle(): GoogleApi {
  return createGoogleApi({
    project: process.env["GOOGLE_CLOUD_PROJECT"] ?? "",
    pubsubEmulator: "",
    maxSockets: 4,
    ...systemClock,
    random: Math.random,
  });
}

async function findObject(google: GoogleApi, name: string): Promise<CheckSource> {
  const [, bucket, object] = GS_URL.exec(name) ?? [];
  if (bucket === undefined || object === undefined || /[*?]/.test(object) || object.endsWith("/"))
    throw new UserError(`${name} names no object. Give gs://BUCKET/OBJECT, one for each.`, 2);
  try {
    const [{ generation, size }] = await google.storage.bucket(bucket).file(object).getMetadata();
    const found = { bucket, object, generation: String(generation) };
    return {
      name,
      object: found,
      bytes: Number(size),
      open: () => readObject(google, found, name),
    };
  } catch (error) {
    throw new UserError(`${name} cannot be read: ${messageOf(error)}`);
  }
}

/** A range that fails is asked for again, for a minute at most. */
async function* readObject(
  google: GoogleApi,
  object: ObjectGeneration,
  name: string,
): AsyncGenerator<Buffer> {
  try {
    yield* readStoredBytes(google, object, {
      start: 0,
      size: undefined,
      deadline: deadlineAt(Infinity),
      now: systemClock.now,
    }).chunks;
  } catch (error) {
    throw new UserError(`${name} cannot be read: ${messageOf(error)}`);
  }
}
