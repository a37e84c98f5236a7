import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import { invalidRequest } from "./bucket-error.ts";

/** What an uploader may set and change. `metadata` are the object's custom keys. */
export interface ObjectProperties {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly customTime?: string;
  readonly storageClass?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Size and checksums of an object's stored bytes. A composed object has no MD5. */
export interface ContentSummary {
  readonly size: number;
  readonly md5Hash?: string;
  readonly crc32c: string;
}

/** One generation of an object. Its content never changes; its properties may. */
export interface ObjectRecord extends ContentSummary {
  readonly bucket: string;
  readonly name: string;
  /** Microseconds since 1970, unique and increasing (a safe integer until the year 2255). */
  readonly generation: number;
  readonly metageneration: number;
  readonly componentCount?: number;
  /** RFC 3339, like the other times. */
  readonly timeCreated: string;
  readonly updated: string;
  /** Since when it is noncurrent; absent = it is the live one. */
  readonly timeDeleted?: string;
  readonly properties: ObjectProperties;
}

const TEXT_PROPERTIES = [
  "contentType",
  "contentEncoding",
  "cacheControl",
  "contentDisposition",
  "contentLanguage",
  "customTime",
  "storageClass",
] as const;

/** Parses a JSON body; an empty one is an empty object. @throws BucketError 400 */
export function parseJsonObject(text: string): JsonObject {
  if (text.trim() === "") return {};
  const value = parseJson(text, () => invalidRequest("The body is not JSON."));
  if (!isJsonObject(value)) throw invalidRequest("The body is not a JSON object.");
  return value;
}

/**
 * Applies the properties of an object resource to `before`: an absent one stays, `null` or ""
 * removes it, and so for each custom metadata key. Fields that nobody may set are ignored.
 */
export function applyProperties(
  before: ObjectProperties,
  resource: Record<string, unknown>,
): ObjectProperties {
  const changed: Record<string, unknown> = { ...before };
  for (const name of TEXT_PROPERTIES) {
    const value = resource[name];
    if (typeof value === "string" && value !== "") changed[name] = value;
    else if (value === null || value === "") Reflect.deleteProperty(changed, name);
  }
  const { metadata } = resource;
  if (isJsonObject(metadata)) changed["metadata"] = mergeMetadata(before.metadata, metadata);
  if (metadata === null) delete changed["metadata"];
  return changed;
}

function mergeMetadata(
  before: Readonly<Record<string, string>> = {},
  changes: Record<string, unknown>,
): Record<string, string> {
  const merged = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) merged.delete(key);
    else merged.set(key, typeof value === "string" ? value : JSON.stringify(value));
  }
  return Object.fromEntries(merged);
}
