import type { OutgoingMessage } from "../../functions/google/publisher.ts";
import { objectUri, type ObjectGeneration } from "../../functions/reading/object-generation.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { findObject, type ListedObject } from "../google/objects.ts";
import { operatorDeadline } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";

/** How an object is imported although it has a receipt. */
export interface AgainOptions {
  /** The same for all that belongs together; it is in the continuations and nowhere else. */
  readonly importId: string;
  /** Imports the object even if most of its records are unusable. */
  readonly quarantineOff: boolean;
}

const PUBLISH_MS = 30_000;

/**
 * Has an object imported once more: its receipt is replaced when that is done. Doing so twice
 * costs requests to Mixpanel and changes nothing that is seen there.
 *
 * @throws UserError when that generation is not there any more; RefusedError, UnavailableError,
 *   CredentialsError
 */
export async function importAgain(
  connection: Connection,
  place: ObjectGeneration,
  options: AgainOptions,
): Promise<void> {
  const found = await findObject(connection, place.bucket, place.object, place.generation);
  if (found === undefined)
    throw new UserError(`${objectUri(place)} is not there any more: upload it again.`);
  await publishImport(connection, toImportMessage(place.bucket, found, options));
}

/** Publishes to the topic of the bucket's own notifications. */
export function publishImport(connection: Connection, message: OutgoingMessage): Promise<void> {
  const { stack, publish, signal } = connection;
  return publish(stack.objectsTopic, [message], operatorDeadline(signal, PUBLISH_MS));
}

/**
 * What the bucket would announce of an object
 * (https://cloud.google.com/storage/docs/pubsub-notifications#attributes), as importObject reads
 * it.
 *
 * @param again undefined: import it unless it has a receipt
 */
export function toImportMessage(
  bucket: string,
  { name, generation, size, contentType, timeCreated }: ListedObject,
  again: AgainOptions | undefined,
): OutgoingMessage {
  const resource = {
    kind: "storage#object",
    ...{ bucket, name, generation, contentType, timeCreated },
    size: String(size),
  };
  return {
    data: Buffer.from(JSON.stringify(resource)),
    attributes: {
      eventType: again === undefined ? "OBJECT_FINALIZE" : "IMPORT_AGAIN",
      payloadFormat: "JSON_API_V1",
      bucketId: bucket,
      objectId: name,
      objectGeneration: generation,
      ...(again !== undefined && { importId: again.importId }),
      ...(again?.quarantineOff === true && { quarantine: "off" }),
    },
  };
}
