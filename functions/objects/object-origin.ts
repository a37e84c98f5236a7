import type { DeadLetterOrigin } from "../records/dead-letter.ts";
import { traitsOf, type Format } from "../formats/registry.ts";
import { objectUri, type ObjectGeneration } from "../reading/object-generation.ts";
import type { RecordSource } from "../records/prepare-event.ts";

/**
 * What the dead letters of an object's records say of where they come from; of rows also what they
 * were rows of, since what the dead letters hold is not what the object holds there.
 *
 * @param replays how often a replay has had the object imported again
 */
export function objectOrigin(
  object: ObjectGeneration,
  replays: number,
  format?: Format,
): DeadLetterOrigin {
  return {
    source: objectUri(object),
    attributes: {
      bucketId: object.bucket,
      objectId: object.object,
      objectGeneration: object.generation,
      ...(format !== undefined && traitsOf(format).hasRows && { format: format.name }),
    },
    original: {},
    hasLines: true,
    replays,
  };
}

/** What a transform and a generated id are told of where a record comes from. */
export function objectRecordSource(object: ObjectGeneration): RecordSource {
  const { bucket, object: name, generation } = object;
  return {
    // Written out: a spread costs as much as a tenth of parsing the record.
    contextOf: ({ line }) => ({ source: "object", bucket, object: name, generation, line }),
    positionOf: ({ offset }) => `${objectUri(object)}:${offset}`,
  };
}
