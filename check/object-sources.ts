import type { RandomAccess } from "../functions/formats/format.ts";
import { createGoogleApi, type GoogleApi } from "../functions/google/google-api.ts";
import { systemClock } from "../functions/platform/clock.ts";
import { deadlineAt } from "../functions/platform/deadline.ts";
import { messageOf } from "../functions/platform/errors.ts";
import { UserError } from "../functions/platform/user-error.ts";
import type { ObjectGeneration } from "../functions/reading/object-generation.ts";
import { createRandomReads, readStoredBytes } from "../functions/reading/object-ranges.ts";
import type { CheckSource } from "./check-source.ts";

const GS_URL = /^gs:\/\/([^/]+)\/(.+)$/;
/** Long enough for a token from anywhere; nobody waits longer to be told that there is none. */
const CREDENTIALS_MS = 10_000;
const LOGIN = "Run: gcloud auth application-default login";

/**
 * Finds objects in Cloud Storage.
 *
 * @param urls `gs://bucket/object` each
 * @throws UserError for whatever is not there or cannot be read
 */
export async function objectSources(urls: readonly string[]): Promise<readonly CheckSource[]> {
  const named = urls.map(parseUrl);
  const google = createGoogle();
  await requireCredentials(google, urls[0] ?? "");
  return Promise.all(named.map((one) => findObject(google, one)));
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

/** Without credentials the client library would send its requests without any, and retry them. */
async function requireCredentials(google: GoogleApi, name: string): Promise<void> {
  // On a machine outside Google's cloud the library would look for a metadata server for many
  // seconds, and warn that there is none (https://github.com/googleapis/gcp-metadata#environment-variables).
  process.env["METADATA_SERVER_DETECTION"] ??= "bios-only";
  try {
    await google.authorize(google.storageUrl, deadlineAt(systemClock.now() + CREDENTIALS_MS));
  } catch (error) {
    const text = messageOf(error);
    const reason = text.includes("default credentials")
      ? "there are no Google Cloud credentials on this machine"
      : text;
    throw new UserError(`${name} cannot be read: ${reason}. ${LOGIN}`);
  }
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
