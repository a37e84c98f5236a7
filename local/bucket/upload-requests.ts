import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

import type { Caller } from "../caller.ts";
import { readBody } from "../http-server.ts";
import { invalidRequest } from "./bucket-error.ts";
import { checkReplacing } from "./bucket-permissions.ts";
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
export class UploadRequests {
  readonly #store: ObjectStore;
  readonly #uploads: ResumableUploads;
  readonly #baseUrl: () => string;

  constructor({ store, uploads, baseUrl }: UploadDependencies) {
    this.#store = store;
    this.#uploads = uploads;
    this.#baseUrl = baseUrl;
  }

  #describe(
    route: Route,
    request: IncomingMessage,
    resource: Record<string, unknown>,
    contentType: string | undefined,
  ): UploadRequest {
    return toUploadRequest({
      bucket: route.bucket,
      queryName: route.query.get("name"),
      resource,
      contentType,
      hashHeader: headerOf(request, "x-goog-hash"),
      preconditions: parsePreconditions(route.query),
    });
  }

  /**
   * Refused before the content is sent: a client should not upload 1 GB to learn that the object is
   * there.
   */
  #checkBeforehand({ bucket, name, preconditions }: UploadRequest, caller: Caller): void {
    const live = this.#store.find(bucket, name);
    checkPreconditions(live, preconditions);
    if (live !== undefined) checkReplacing(caller, bucket, name);
  }

  async #multipart(route: Route, request: IncomingMessage, caller: Caller): Promise<Reply> {
    this.#store.requireBucket(route.bucket);
    const { resource, contentType, content } = await parseMultipartBody(bodyOf(request));
    const upload = this.#describe(route, request, parseJsonObject(resource), contentType);
    this.#checkBeforehand(upload, caller);
    return json(toObjectResource(await storeUpload(this.#store, upload, content), this.#baseUrl()));
  }

  /** Without a resource; only the encoding may be told, in the query. */
  async #media(route: Route, request: IncomingMessage, caller: Caller): Promise<Reply> {
    const resource = { contentEncoding: route.query.get("contentEncoding") };
    const upload = this.#describe(route, request, resource, request.headers["content-type"]);
    this.#checkBeforehand(upload, caller);
    return json(
      toObjectResource(await storeUpload(this.#store, upload, bodyOf(request)), this.#baseUrl()),
    );
  }

  async #startResumable(route: Route, request: IncomingMessage, caller: Caller): Promise<Reply> {
    const body = (await readBody(request, MAX_JSON_BYTES)).toString();
    const contentType = headerOf(request, "x-upload-content-type");
    const upload = this.#describe(route, request, parseJsonObject(body), contentType);
    this.#checkBeforehand(upload, caller);
    const id = await this.#uploads.start(upload);
    const path = `/upload/storage/v1/b/${route.bucket}/o?uploadType=resumable&upload_id=${id}`;
    return { status: 200, headers: { location: this.#baseUrl() + path, "content-length": "0" } };
  }

  start(route: Route, request: IncomingMessage, caller: Caller): Promise<Reply> {
    switch (route.query.get("uploadType") ?? "") {
      case "multipart":
        return this.#multipart(route, request, caller);
      case "resumable":
        return this.#startResumable(route, request, caller);
      case "media":
        return this.#media(route, request, caller);
      default:
        throw invalidRequest("uploadType must be this.#multipart, resumable or this.#media.");
    }
  }

  async proceed(route: Route, request: IncomingMessage): Promise<Reply> {
    const id = route.query.get("upload_id") ?? "";
    const range = request.headers["content-range"];
    return this.#toReply(await this.#uploads.receive(id, range, bodyOf(request)));
  }

  /** 308 tells how far it got; no Range header = nothing is stored. */
  #toReply(progress: UploadProgress): Reply {
    if ("record" in progress) return json(toObjectResource(progress.record, this.#baseUrl()));
    const { storedBytes } = progress;
    const range = storedBytes > 0 ? { range: `bytes=0-${storedBytes - 1}` } : undefined;
    return { status: 308, headers: { "content-length": "0", ...range } };
  }

  async cancel(route: Route): Promise<Reply> {
    await this.#uploads.cancel(route.query.get("upload_id") ?? "");
    return { status: 499, headers: { "content-length": "0" } };
  }
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
