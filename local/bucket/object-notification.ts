import { toObjectResource, type ObjectResource } from "./object-resource.ts";
import type { ObjectChange } from "./object-store.ts";

/**
 * A notification of Cloud Storage
 * (https://cloud.google.com/storage/docs/pubsub-notifications#attributes).
 */
export interface ObjectNotification {
  readonly attributes: {
    /** `projects/_/buckets/BUCKET/notificationConfigs/ID` */
    readonly notificationConfig: string;
    /** ARCHIVE: overwritten or deleted, still there as a noncurrent generation. DELETE: gone. */
    readonly eventType: "OBJECT_FINALIZE" | "OBJECT_ARCHIVE" | "OBJECT_DELETE";
    readonly payloadFormat: "JSON_API_V1";
    readonly bucketId: string;
    readonly objectId: string;
    readonly objectGeneration: string;
    /** RFC 3339 */
    readonly eventTime: string;
    /** Of a FINALIZE that replaced an object. */
    readonly overwroteGeneration?: string;
    /** Of an ARCHIVE or DELETE whose object was replaced. */
    readonly overwrittenByGeneration?: string;
  };
  /** Payload of the message, before it is made text. */
  readonly data: ObjectResource;
}

const EVENT_TYPES = {
  created: "OBJECT_FINALIZE",
  archived: "OBJECT_ARCHIVE",
  deleted: "OBJECT_DELETE",
} as const;

/** `eventTime` is RFC 3339; `baseUrl` that of the server. */
export function toNotification(
  change: ObjectChange,
  eventTime: string,
  baseUrl: string,
): ObjectNotification {
  const { record } = change;
  const overwrote = change.kind === "created" ? change.overwrote : undefined;
  const overwrittenBy = change.kind === "created" ? undefined : change.overwrittenBy;
  return {
    attributes: {
      notificationConfig: `projects/_/buckets/${record.bucket}/notificationConfigs/1`,
      eventType: EVENT_TYPES[change.kind],
      payloadFormat: "JSON_API_V1",
      bucketId: record.bucket,
      objectId: record.name,
      objectGeneration: String(record.generation),
      eventTime,
      ...(overwrote === undefined ? {} : { overwroteGeneration: String(overwrote) }),
      ...(overwrittenBy === undefined ? {} : { overwrittenByGeneration: String(overwrittenBy) }),
    },
    data: toObjectResource(record, baseUrl),
  };
}
