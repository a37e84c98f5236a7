import type { RandomAccess } from "../functions/formats/format.ts";
import type { GoogleApi } from "../functions/google/google-api.ts";
import { systemClock } from "../functions/platform/clock.ts";
import { deadlineAt } from "../functions/platform/deadline.ts";
import { messageOf } from "../functions/platform/errors.ts";
import { UserError } from "../functions/platform/user-error.ts";
import type { ObjectGeneration } from "../functions/reading/object-generation.ts";
import { createRandomReads, readStoredBytes } from "../functions/reading/object-ranges.ts";
import type { CheckSource } from "./check-source.ts";
import { createAccess, requireCredentials } from "./google-access.ts";

const GS_URL = /^gs:\/\/([^/]+)\/(.+)$/;

/**
 * Finds objects in Cloud Storage.
 *
 * @param urls `gs://bucket/object` each
 * @throws UserError for whatever is not there or cannot be read
 */
export async function objectSources(urls: readonly string[]): Promise<readonly CheckSource[]> {
  const named = urls.map(parseUrl);
  const google = createAccess({ project: process.env["GOOGLE_CLOUD_PROJECT"] ?? "" });
  await requireCredentials(google, `${urls[0] ?? ""} cannot be read`);
  return Promise.all(named.map((one) => findObject(google, one)));
}

interface NamedObject {
  readonly name: string;
  readonly bucket: string;
  readonly object: string;
}

function parseUrl(name: string): NamedObject {
  const [, bucket, object] = GS_URL.exec(name) ?? [];
  if (bucket === undefined || object === undefined || /[*?]/.test(object) || object.endsWith("/"))
    throw new UserError(`${name} names no object. Give gs://BUCKET/OBJECT, one for each.`, 2);
  return { name, bucket, object };
}

async function findObject(
  google: GoogleApi,
  { name, bucket, object }: NamedObject,
): Promise<CheckSource> {
  try {
    const [{ generation, size, contentType }] = await google.storage
      .bucket(bucket)
      .file(object)
      .getMetadata();
    const found = { bucket, object, generation: String(generation) };
    return {
      name,
      object: found,
      bytes: Number(size),
      contentType,
      open: () => readObject(google, found, name),
      randomAccess: readParts(google, found, name),
    };
  } catch (error) {
    throw new UserError(`${name} cannot be read: ${messageOf(error)}`);
  }
}

function readParts(google: GoogleApi, object: ObjectGeneration, name: string): RandomAccess {
  const reads = createRandomReads(google, object, {
    size: undefined,
    deadline: deadlineAt(Infinity),
  });
  const orUserError = async <T>(reading: Promise<T>): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      throw new UserError(`${name} cannot be read: ${messageOf(error)}`);
    }
  };
  return {
    size: () => orUserError(reads.size()),
    readAt: (offset, length) => orUserError(reads.readAt(offset, length)),
  };
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
