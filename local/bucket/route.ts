import { BucketError, invalidRequest } from "./bucket-error.ts";
import type { Operation } from "./faults.ts";

/** What a request is about. `bucket` and `object` are decoded, "" where the path has none. */
export interface Route {
  readonly action: Action;
  readonly operation: Operation;
  readonly bucket: string;
  readonly object: string;
  readonly query: URLSearchParams;
  /** Of a copy. */
  readonly destination: { readonly bucket: string; readonly object: string };
}

export type Action =
  | "listBuckets"
  | "createBucket"
  | "getBucket"
  | "getStorageLayout"
  | "listObjects"
  | "upload"
  | "continueUpload"
  | "cancelUpload"
  | "getObject"
  | "readObject"
  | "patchObject"
  | "deleteObject"
  | "composeObject"
  | "rewriteObject";

const OPERATIONS: Readonly<Record<Action, Operation>> = {
  listBuckets: "bucket",
  createBucket: "bucket",
  getBucket: "bucket",
  getStorageLayout: "bucket",
  listObjects: "list",
  upload: "write",
  continueUpload: "write",
  cancelUpload: "write",
  getObject: "stat",
  readObject: "read",
  patchObject: "update",
  deleteObject: "delete",
  composeObject: "write",
  rewriteObject: "write",
};

/** Segments behind the prefix, joined again with object names as `*`, to what each method does. */
const ACTIONS: Readonly<Record<string, Action>> = {
  "GET b": "listBuckets",
  "POST b": "createBucket",
  "GET b/*": "getBucket",
  "GET b/*/storageLayout": "getStorageLayout",
  "GET b/*/o": "listObjects",
  "POST b/*/o": "upload",
  "PUT b/*/o": "continueUpload",
  "DELETE b/*/o": "cancelUpload",
  "GET b/*/o/*": "getObject",
  "PATCH b/*/o/*": "patchObject",
  "DELETE b/*/o/*": "deleteObject",
  "POST b/*/o/*/compose": "composeObject",
  "POST b/*/o/*/rewriteTo/b/*/o/*": "rewriteObject",
};

/**
 * gcloud, gsutil and the Node client prefix paths differently, the last one also by how it is
 * pointed here.
 */
const PREFIXES = /^(?:\/(?:resumable|upload|download|storage\/v1))*(?=\/b(?:\/|$))/;

const NAMED = new Set(["b", "o"]);

/**
 * Reads the paths of the JSON API (https://cloud.google.com/storage/docs/json_api/v1). An object's
 * name is one segment, percent-encoded.
 *
 * @throws BucketError 404 or 405 for what this server does not do, 400 for a malformed path
 */
export function parseRoute(method: string, url: string): Route {
  const [path = "", search = ""] = splitOnce(url, "?");
  const prefix = PREFIXES.exec(path)?.[0];
  if (prefix === undefined) throw new BucketError(404, "notFound", `Not Found: ${path}`);
  const segments = path
    .slice(prefix.length + 1)
    .replace(/\/$/, "")
    .split("/");
  const pattern = segments.map((s, index) => (isName(segments, index) ? "*" : s)).join("/");
  const action = ACTIONS[`${method} ${pattern}`];
  if (action === undefined) throw unknownRequest(method, pattern, path);

  const [bucket = "", object = "", toBucket = "", toObject = ""] = segments
    .filter((_, index) => isName(segments, index))
    .map(decode);
  const query = new URLSearchParams(search);
  const isMedia = query.get("alt") === "media" || prefix.startsWith("/download");
  const effective = action === "getObject" && isMedia ? "readObject" : action;
  return {
    action: effective,
    operation: OPERATIONS[effective],
    bucket,
    object,
    query,
    destination: { bucket: toBucket, object: toObject },
  };
}

/**
 * Names follow `b` and `o` at even places, so that a bucket or object may be called like a keyword.
 */
function isName(segments: readonly string[], index: number): boolean {
  if (index === 1 || index === 3) return NAMED.has(segments[index - 1] ?? "");
  return segments[4] === "rewriteTo" && (index === 6 || index === 8);
}

function unknownRequest(method: string, pattern: string, path: string): BucketError {
  const isKnownPath = Object.keys(ACTIONS).some((key) => key.endsWith(` ${pattern}`));
  return isKnownPath
    ? new BucketError(405, "methodNotAllowed", `${method} is not supported here.`)
    : new BucketError(404, "notFound", `Not Found: ${path}`);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidRequest(`Malformed percent-encoding in "${segment}"`);
  }
}

function splitOnce(text: string, separator: string): readonly string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}
