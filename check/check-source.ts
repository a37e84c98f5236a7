import { createReadStream } from "node:fs";
import path from "node:path";

import { systemClock } from "../functions/platform/clock.ts";
import { deadlineAt } from "../functions/platform/deadline.ts";
import { messageOf } from "../functions/platform/errors.ts";
import { createGoogleApi, type GoogleApi } from "../functions/google/google-api.ts";
import { readStoredBytes } from "../functions/reading/object-ranges.ts";
import type { ObjectGeneration } from "../functions/reading/object-generation.ts";
import { checkInput } from "../local/run/check-input.ts";
import { UserError } from "../local/user-error.ts";

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

/**
 * Finds files and `gs://bucket/object`s. The object of a file in the working directory is its path from there
 * (`segment/a.ndjson`), that of any other its last name: so a transform that tells objects apart can be tried.
 *
 * @throws UserError for whatever is not there or cannot be read
 */
export async function findSources(names: readonly string[]): Promise<readonly CheckSource[]> {
  const files = names.filter((name) => !name.startsWith("gs://"));
  await checkInput(files, []);
  const google = names.length > files.length ? createGoogle() : undefined;
  return Promise.all(
    names.map((name) =>
      google !== undefined && name.startsWith("gs://") ? findObject(google, name) : findFile(name),
    ),
  );
}

async function findFile(name: string): Promise<CheckSource> {
  const { files } = await checkInput([name], []);
  const relative = path.relative(process.cwd(), path.resolve(name));
  const isInside = !relative.startsWith("..") && !path.isAbsolute(relative);
  const object = isInside ? relative.split(path.sep).join("/") : path.basename(name);
  return {
    name,
    object: { bucket: "local", object, generation: "0" },
    bytes: files[0]?.bytes ?? 0,
    open: () => createReadStream(name, { highWaterMark: CHUNK_BYTES }),
  };
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
    yield* readStoredBytes(google, object, 0, deadlineAt(Infinity)).chunks;
  } catch (error) {
    throw new UserError(`${name} cannot be read: ${messageOf(error)}`);
  }
}
