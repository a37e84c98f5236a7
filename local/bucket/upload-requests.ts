import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

import { readBody } from "../http-server.ts";
import { invalidRequest } from "./bucket-error.ts";
import { parseMultipartBody } from "./multipart-body.ts";
import { parseJsonObject } from "./object-record.ts";
import { toObjectResource } from "./object-resource.ts";
import type { ObjectStore } from "./object-store.ts";
import { storeUpload, toUploadRequest, type UploadRequest } from "./object-upload.ts";
import { checkPreconditions, parsePreconditions } from "./preconditions.ts";
import { json, type Reply } from "./reply.ts";
import type { ResumableUploads, UploadProgress } from "./resumable-uploads.ts";
import type { Route } from "./route.ts";

/**
 * Object resources and other small bodies; most metadata is 8 KiB
 * (https://cloud.google.com/storage/quotas).
 */
export const MAX_JSON_BYTES = 1024 * 1024;

export interface UploadDependencies {
  readonly store: ObjectStore;
  readonly uploads: ResumableUploads;
  readonly baseUrl: () => string;
}

/**
 * The body of an upload, decompressed when it was compressed for the way only (`gcloud storage cp
 * --gzip-in-flight`). Reading less than all does not destroy the request: an error can still be
 * sent.
 */
function bodyOf(request: IncomingMessage): AsyncIterableIterator<Buffer> {
  const isCompressed = request.headers["content-encoding"] === "gzip";
  // When the client hangs up, the reader of the plain body is told by an error.
  const body = isCompressed ? pipeline(request, createGunzip(), () => undefined) : request;
  return body.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
}

/**
 * The three ways of uploading (https://cloud.google.com/storage/docs/uploads-downloads), all of
 * them streamed to disk.
 */
export function createUploadRequests({ store, uploads, baseUrl }: UploadDependencies) {
  const describe = (
    route: Route,
    request: IncomingMessage,
    resource: Record<string, unknown>,
    contentType: string | undefined,
  ): UploadRequest =>
    toUploadRequest({
      bucket: route.bucket,
      queryName: route.query.get("name"),
      resource,
      contentType,
      hashHeader: headerOf(request, "x-goog-hash"),
      preconditions: parsePreconditions(route.query),
    });

  /**
   * Refused before the content is sent: a client should not upload 1 GB to learn that the object is
   * there.
   */
  const checkBeforehand = ({ bucket, name, preconditions }: UploadRequest): void => {
    checkPreconditions(store.find(bucket, name), preconditions);
  };

  const multipart = async (route: Route, request: IncomingMessage): Promise<Reply> => {
    store.requireBucket(route.bucket);
    const { resource, contentType, content } = await parseMultipartBody(bodyOf(request));
    const upload = describe(route, request, parseJsonObject(resource), contentType);
    checkBeforehand(upload);
    return json(toObjectResource(await storeUpload(store, upload, content), baseUrl()));
  };

  /** Without a resource; only the encoding may be told, in the query. */
  const media = async (route: Route, request: IncomingMessage): Promise<Reply> => {
    const resource = { contentEncoding: route.query.get("contentEncoding") };
    const upload = describe(route, request, resource, request.headers["content-type"]);
    checkBeforehand(upload);
    return json(toObjectResource(await storeUpload(store, upload, bodyOf(request)), baseUrl()));
  };

  const startResumable = async (route: Route, request: IncomingMessage): Promise<Reply> => {
    const body = (await readBody(request, MAX_JSON_BYTES)).toString();
    const contentType = headerOf(request, "x-upload-content-type");
    const upload = describe(route, request, parseJsonObject(body), contentType);
    checkBeforehand(upload);
    const id = await uploads.start(upload);
    const path = `/upload/storage/v1/b/${route.bucket}/o?uploadType=resumable&upload_id=${id}`;
    return { status: 200, headers: { location: baseUrl() + path, "content-length": "0" } };
  };

  const start = (route: Route, request: IncomingMessage): Promise<Reply> => {
    switch (route.query.get("uploadType") ?? "") {
      case "multipart":
        return multipart(route, request);
      case "resumable":
        return startResumable(route, request);
      case "media":
        return media(route, request);
      default:
        throw invalidRequest("uploadType must be multipart, resumable or media.");
    }
  };

  const proceed = async (route: Route, request: IncomingMessage): Promise<Reply> => {
    const id = route.query.get("upload_id") ?? "";
    const range = request.headers["content-range"];
    return toReply(await uploads.receive(id, range, bodyOf(request)));
  };

  /** 308 tells how far it got; no Range header = nothing is stored. */
  const toReply = (progress: UploadProgress): Reply => {
    if ("record" in progress) return json(toObjectResource(progress.record, baseUrl()));
    const { storedBytes } = progress;
    const range = storedBytes > 0 ? { range: `bytes=0-${storedBytes - 1}` } : undefined;
    return { status: 308, headers: { "content-length": "0", ...range } };
  };

  const cancel = async (route: Route): Promise<Reply> => {
    await uploads.cancel(route.query.get("upload_id") ?? "");
    return { status: 499, headers: { "content-length": "0" } };
  };

  return { start, proceed, cancel };
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
