import type { FileMetadata } from "@google-cloud/storage";

import type { GoogleApi } from "../google/google-api.ts";
import { statusOf, translateStorageError } from "../google/storage-error.ts";
import type { Deadline } from "../platform/deadline.ts";
import { UnavailableError } from "../platform/errors.ts";
import type { ObjectGeneration } from "./object-generation.ts";

/**
 * What became of a generation that could not be read.
 *
 * - `present`: the metadata have it: that it could not be read was not true, or is not any more.
 * - `superseded`: it is gone, and a newer generation is live.
 * - `deleted`: it is gone, and no generation is live; two looks at both said so.
 */
export type GenerationState = "present" | "superseded" | "deleted";

/**
 * @throws UnavailableError, CredentialsError when the metadata cannot be read, or contradict
 *   themselves
 */
export type LookUpGeneration = (
  object: ObjectGeneration,
  deadline: Deadline,
) => Promise<GenerationState>;

/**
 * An import given up for one wrong 404 would lose the rest of the object: nothing is believed at
 * once.
 */
const LOOKS = 2;

/** Makes the function that asks the metadata of objects (the client library's small requests). */
export function createGenerationLookup(google: GoogleApi): LookUpGeneration {
  return async (object, deadline) => {
    for (let look = 1; ; look++) {
      if ((await generationOf(google, object, object.generation, deadline)) !== undefined)
        return "present";
      const live = await generationOf(google, object, undefined, deadline);
      if (live === object.generation) return "present";
      if (live !== undefined) return supersededBy(live, object);
      if (look === LOOKS) return "deleted";
    }
  };
}

/**
 * A generation is superseded by a newer one only: an older one is what a cache has kept.
 * https://cloud.google.com/storage/docs/metadata#generation-number
 */
function supersededBy(live: string, { generation }: ObjectGeneration): GenerationState {
  if (BigInt(live) > BigInt(generation)) return "superseded";
  throw new UnavailableError("the metadata of the object are older than the object");
}

/**
 * The generation that the metadata of `generation` (undefined: the live one) name; undefined: none
 * is there.
 */
async function generationOf(
  google: GoogleApi,
  { bucket, object }: ObjectGeneration,
  generation: string | undefined,
  deadline: Deadline,
): Promise<string | undefined> {
  const name = "looking for the object";
  try {
    const file = google.storage.bucket(bucket).file(object, { ...(generation && { generation }) });
    const [metadata] = await google.within(name, deadline, () => file.getMetadata());
    return checkedGeneration(metadata, object, generation);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw translateStorageError(name, error);
  }
}

/** A response that is not about what was asked for (a proxy wrote it) tells nothing. */
function checkedGeneration(
  { name, generation }: FileMetadata,
  object: string,
  asked: string | undefined,
): string {
  const found = String(generation);
  const isAnswer = name === object && /^\d+$/.test(found) && (asked ?? found) === found;
  if (!isAnswer) throw new UnavailableError("the metadata of the object are not its own");
  return found;
}
