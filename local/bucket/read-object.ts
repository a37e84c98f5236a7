import type { IncomingHttpHeaders } from "node:http";

import { parseRange } from "./byte-range.ts";
import type { ObjectRecord } from "./object-record.ts";
import { etagOf } from "./object-resource.ts";
import type { Reply } from "./reply.ts";

/**
 * The content of an object. The response to a range is 206 and exactly its stored bytes. An object
 * stored with `contentEncoding: gzip` goes out as it is to a client that accepts gzip, and
 * decompressed to another, ranges then being ignored
 * (https://cloud.google.com/storage/docs/transcoding).
 *
 * @param path of the content
 * @throws BucketError 416
 */
export function readObject(
  record: ObjectRecord,
  path: string,
  request: IncomingHttpHeaders,
): Reply {
  const headers = contentHeaders(record);
  const { contentEncoding } = record.properties;
  if (isTranscoded(record, request["accept-encoding"]))
    return {
      status: 200,
      headers: { ...headers, warning: "214 UploadServer gunzipped" },
      body: { kind: "gunzipped", path },
    };

  const stored =
    contentEncoding === undefined ? headers : { ...headers, "content-encoding": contentEncoding };
  const range = parseRange(request.range, record.size);
  if (!range)
    return {
      status: 200,
      headers: stored,
      body: { kind: "file", path, start: 0, end: record.size },
    };
  const contentRange = `bytes ${range.start}-${range.end - 1}/${record.size}`;
  return {
    status: 206,
    headers: { ...stored, "content-range": contentRange },
    body: { kind: "file", path, ...range },
  };
}

function isTranscoded({ properties }: ObjectRecord, acceptEncoding: string | undefined): boolean {
  if (properties.contentEncoding?.toLowerCase() !== "gzip") return false;
  if (/\bno-transform\b/i.test(properties.cacheControl ?? "")) return false;
  return !/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(acceptEncoding ?? "");
}

/**
 * https://cloud.google.com/storage/docs/xml-api/reference-headers; the hashes are those of the
 * whole stored object.
 */
function contentHeaders(record: ObjectRecord): Record<string, string> {
  const { properties, md5Hash } = record;
  const optional = {
    "cache-control": properties.cacheControl,
    "content-disposition": properties.contentDisposition,
    "content-language": properties.contentLanguage,
  };
  const present = Object.entries(optional).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return {
    ...Object.fromEntries(present),
    "content-type": properties.contentType ?? "application/octet-stream",
    "accept-ranges": "bytes",
    etag: etagOf(record),
    "last-modified": new Date(record.updated).toUTCString(),
    "x-goog-generation": String(record.generation),
    "x-goog-metageneration": String(record.metageneration),
    "x-goog-hash": `crc32c=${record.crc32c}${md5Hash === undefined ? "" : `,md5=${md5Hash}`}`,
    "x-goog-stored-content-encoding": properties.contentEncoding ?? "identity",
    "x-goog-stored-content-length": String(record.size),
    "x-goog-storage-class": properties.storageClass ?? "STANDARD",
  };
}
