import { decodeContinuation, type Progress } from "./continuation.ts";
import type { ObjectGeneration } from "../reading/object-generation.ts";
import { isObject, parseJson } from "../platform/json.ts";
import type { PushedMessage } from "../platform/push-request.ts";

/** An object that is to be imported, or of which the import goes on. */
export interface ImportRequest {
  readonly kind: "import";
  readonly object: ObjectGeneration;
  /** Stored bytes, when the notification says. */
  readonly size: number | undefined;
  /** The object's `Content-Type`, when the notification says. */
  readonly contentType: string | undefined;
  /** Where to go on; undefined = from the beginning. */
  readonly progress: Progress | undefined;
  /** Set when an existing receipt is to be replaced. */
  readonly importId: string | undefined;
  readonly isQuarantineOff: boolean;
  /** How often a replay has had it imported again; its dead letters take that over. */
  readonly replays: number;
  /** How often Pub/Sub has delivered the message. */
  readonly deliveryAttempt: number;
  /** The message's own attributes, for the next one. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a message on the objects topic asks for. */
export type ObjectNotification =
  | ImportRequest
  /** Something that is not for us. */
  | { readonly kind: "ignored"; readonly eventType: string }
  | UnreadableNotification;

/** A continuation, or a notification, that cannot be read. */
export interface UnreadableNotification {
  readonly kind: "unreadable";
  readonly object: ObjectGeneration;
}

/**
 * Reads a notification of Cloud Storage
 * (https://cloud.google.com/storage/docs/pubsub-notifications#attributes), or one of the two
 * messages of our own: `IMPORT_CONTINUE` goes on with an object, `IMPORT_AGAIN` imports it once
 * more.
 */
export function parseNotification({
  attributes,
  data,
  messageId,
  deliveryAttempt,
}: PushedMessage): ObjectNotification {
  const { eventType = "", bucketId = "", objectId = "", objectGeneration = "" } = attributes;
  if (!["OBJECT_FINALIZE", "IMPORT_CONTINUE", "IMPORT_AGAIN"].includes(eventType))
    return { kind: "ignored", eventType };
  const object = { bucket: bucketId, object: objectId, generation: objectGeneration };
  if (bucketId === "" || objectId === "" || !/^\d+$/.test(objectGeneration))
    return { kind: "unreadable", object };
  const isContinuation = eventType === "IMPORT_CONTINUE";
  const progress = isContinuation ? decodeContinuation(data) : undefined;
  if (isContinuation && progress === undefined) return { kind: "unreadable", object };
  const isNotification = eventType === "OBJECT_FINALIZE";
  const own = isNotification ? withoutOurs(attributes) : attributes;
  const { importId = "", quarantine = "", replays = "" } = own;
  const again = eventType === "IMPORT_AGAIN" && importId === "" ? messageId : importId;
  return {
    kind: "import",
    object,
    size: isNotification ? sizeIn(data) : progress?.size,
    contentType: isContinuation ? undefined : contentTypeIn(data),
    progress,
    importId: again === "" ? undefined : again,
    isQuarantineOff: quarantine === "off",
    replays: /^\d{1,9}$/.test(replays) ? Number(replays) : 0,
    deliveryAttempt,
    attributes: own,
  };
}

/**
 * A bucket's notification can be configured to carry attributes of any name: those of our own
 * messages mean nothing there, nor in the continuation that they would be passed on to.
 */
function withoutOurs({
  importId: _importId,
  quarantine: _quarantine,
  replays: _replays,
  ...attributes
}: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return attributes;
}

/** The notification's data is the object's resource, in which `size` is a decimal string. */
function sizeIn(data: Buffer): number | undefined {
  const size = resourceField(data, "size");
  const bytes = typeof size === "string" && /^\d+$/.test(size) ? Number(size) : undefined;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function contentTypeIn(data: Buffer): string | undefined {
  const contentType = resourceField(data, "contentType");
  return typeof contentType === "string" ? contentType : undefined;
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
function resourceField(data: Buffer, field: string): unknown {
  const resource = parseJson(data);
  return isObject(resource) ? resource[field] : undefined;
}
