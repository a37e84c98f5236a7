import { rm } from "node:fs/promises";

import { invalidRequest } from "./bucket-error.ts";
import { writeContent } from "./content-writer.ts";
import { applyProperties, type ContentSummary, type ObjectProperties } from "./object-record.ts";
import type { ObjectRecord } from "./object-record.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Preconditions } from "./preconditions.ts";

/** What is to be uploaded, without its content. */
export interface UploadRequest {
  readonly bucket: string;
  readonly name: string;
  readonly properties: ObjectProperties;
  readonly preconditions: Preconditions;
  /** Checksums the client announced, base64; the content must have them. */
  readonly expected: { readonly md5Hash?: string; readonly crc32c?: string };
}

/**
 * Builds an upload from the object resource and the headers that describe it; `query` has the rest.
 */
export function toUploadRequest(options: {
  readonly bucket: string;
  /** `name=` of the query, which wins over the resource's. */
  readonly queryName: string | null;
  readonly resource: Record<string, unknown>;
  /** Of the content, where the resource names none. */
  readonly contentType: string | undefined;
  /** `X-Goog-Hash: crc32c=…,md5=…` of the request. */
  readonly hashHeader: string | undefined;
  readonly preconditions: Preconditions;
}): UploadRequest {
  const { resource, contentType = "" } = options;
  const name = options.queryName ?? resource["name"];
  return {
    bucket: options.bucket,
    name: typeof name === "string" ? name : "",
    properties: applyProperties(contentType === "" ? {} : { contentType }, resource),
    preconditions: options.preconditions,
    expected: { ...announcedIn(resource), ...parseHashHeader(options.hashHeader) },
  };
}

function announcedIn(resource: Record<string, unknown>): UploadRequest["expected"] {
  const { md5Hash, crc32c } = resource;
  return {
    ...(typeof md5Hash === "string" && md5Hash !== "" ? { md5Hash } : {}),
    ...(typeof crc32c === "string" && crc32c !== "" ? { crc32c } : {}),
  };
}

/** https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash */
function parseHashHeader(header = ""): UploadRequest["expected"] {
  const md5Hash = /(?:^|,)\s*md5=([A-Za-z0-9+/=]+)/.exec(header)?.[1];
  const crc32c = /(?:^|,)\s*crc32c=([A-Za-z0-9+/=]+)/.exec(header)?.[1];
  return { ...(md5Hash && { md5Hash }), ...(crc32c && { crc32c }) };
}

/**
 * Writes `content` to the store's disk and makes it an object. @throws BucketError 400, 404, 412
 */
export async function storeUpload(
  store: ObjectStore,
  request: UploadRequest,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<ObjectRecord> {
  const path = store.uploadPath(request.bucket);
  try {
    const summary = await writeContent(path, content);
    return await finishUpload(store, request, { path, summary });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Makes content that is on the store's disk an object. @throws BucketError 400, 404, 412 */
export function finishUpload(
  store: ObjectStore,
  request: UploadRequest,
  content: { readonly path: string; readonly summary: ContentSummary },
): Promise<ObjectRecord> {
  checkAnnounced("MD5 hash", request.expected.md5Hash, content.summary.md5Hash);
  checkAnnounced("CRC32C", request.expected.crc32c, content.summary.crc32c);
  const { bucket, name, properties } = request;
  return store.commit({ bucket, name, properties, content }, request.preconditions);
}

function checkAnnounced(what: string, announced: string | undefined, actual = ""): void {
  if (announced !== undefined && announced !== actual)
    throw invalidRequest(
      `Provided ${what} "${announced}" doesn't match calculated ${what} "${actual}".`,
    );
}
