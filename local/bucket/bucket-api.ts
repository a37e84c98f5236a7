import type { IncomingMessage } from "node:http";

import type { Caller } from "../caller.ts";
import { readBody } from "../http-server.ts";
import type { JsonObject } from "../json.ts";
import { checkReplacing } from "./bucket-permissions.ts";
import { toBucketResource, toStorageLayout } from "./bucket-resource.ts";
import { composeObject, copyObject } from "./copy-objects.ts";
import { listObjects } from "./list-objects.ts";
import { applyProperties, parseJsonObject, type ObjectRecord } from "./object-record.ts";
import { toObjectResource } from "./object-resource.ts";
import type { ObjectStore } from "./object-store.ts";
import { checkPreconditions, parsePreconditions, readInteger } from "./preconditions.ts";
import { readObject } from "./read-object.ts";
import { json, type Reply } from "./reply.ts";
import type { Action, Route } from "./route.ts";
import { MAX_JSON_BYTES, type UploadDependencies, UploadRequests } from "./upload-requests.ts";

type Handler = (route: Route, request: IncomingMessage, caller: Caller) => Reply | Promise<Reply>;

/** A handler for each action. They throw BucketError for what the service refuses. */
export type BucketApi = Readonly<Record<Action, Handler>>;

/**
 * The part of the JSON API that gcloud storage, gsutil and the client libraries use on objects
 * (https://cloud.google.com/storage/docs/json_api/v1). Parameters that only shape a response
 * (`fields`, `projection`, `alt=json`, `key`, `project`) are ignored.
 */
export function createBucketApi(dependencies: UploadDependencies): BucketApi {
  const { store, baseUrl } = dependencies;
  const uploads = new UploadRequests(dependencies);
  return {
    listBuckets: () => listBuckets(store, baseUrl()),
    createBucket: async (_, request) => {
      const { name } = await bodyOf(request);
      const bucket = store.createBucket(typeof name === "string" ? name : "");
      return json(toBucketResource(bucket, baseUrl()));
    },
    getBucket: ({ bucket }) => json(toBucketResource(store.requireBucket(bucket), baseUrl())),
    getStorageLayout: ({ bucket }) => json(toStorageLayout(store.requireBucket(bucket))),
    listObjects: (route) => listBucketObjects(store, baseUrl(), route),
    upload: (route, request, caller) => uploads.start(route, request, caller),
    continueUpload: (route, request) => uploads.proceed(route, request),
    cancelUpload: (route) => uploads.cancel(route),
    getObject: (route) => json(toObjectResource(requireObject(store, route, true), baseUrl())),
    readObject: (route, request) => {
      const record = requireObject(store, route, true);
      return readObject(record, store.contentPath(record), request.headers);
    },
    patchObject: async (route, request) => {
      const changes = await bodyOf(request);
      const record = requireObject(store, route);
      const patched = store.update(record, applyProperties(record.properties, changes));
      return json(toObjectResource(patched, baseUrl()));
    },
    deleteObject: async ({ bucket, object, query }) => {
      const generation = readInteger(query, "generation");
      await store.remove({ bucket, name: object, generation }, parsePreconditions(query));
      return { status: 204 };
    },
    composeObject: async ({ bucket, object, query }, request, caller) => {
      const body = await bodyOf(request);
      if (store.find(bucket, object)) checkReplacing(caller, bucket, object);
      const destination = { bucket, name: object, preconditions: parsePreconditions(query) };
      return json(toObjectResource(await composeObject(store, destination, body), baseUrl()));
    },
    rewriteObject: async (route, request, caller) => {
      const { bucket, object } = route.destination;
      if (store.find(bucket, object)) checkReplacing(caller, bucket, object);
      return rewriteResponse(await rewrite(store, route, request), baseUrl());
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<JsonObject> {
  return parseJsonObject((await readBody(request, MAX_JSON_BYTES)).toString());
}

/** The object a request names, held against the preconditions of its query. */
function requireObject(
  store: ObjectStore,
  { bucket, object, query }: Route,
  isRead = false,
): ObjectRecord {
  const record = store.require(bucket, object, readInteger(query, "generation"));
  checkPreconditions(record, parsePreconditions(query), isRead);
  return record;
}

function listBuckets(store: ObjectStore, baseUrl: string): Reply {
  const items = store
    .bucketNames()
    .map((name) => toBucketResource(store.requireBucket(name), baseUrl));
  return json({ kind: "storage#buckets", items });
}

function listBucketObjects(store: ObjectStore, baseUrl: string, { bucket, query }: Route): Reply {
  const listed = listObjects(store.requireBucket(bucket).records(), query);
  const { items, prefixes, nextPageToken } = listed;
  return json({
    kind: "storage#objects",
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    ...(prefixes.length > 0 ? { prefixes } : {}),
    ...(items.length > 0 ? { items: items.map((item) => toObjectResource(item, baseUrl)) } : {}),
  });
}

async function rewrite(
  store: ObjectStore,
  { bucket, object, query, destination }: Route,
  request: IncomingMessage,
): Promise<ObjectRecord> {
  const resource = await bodyOf(request);
  const source = store.require(bucket, object, readInteger(query, "sourceGeneration"));
  checkPreconditions(source, parsePreconditions(query, "ifSource"));
  const preconditions = parsePreconditions(query);
  const target = { bucket: destination.bucket, name: destination.object, preconditions };
  return copyObject(store, source, target, resource);
}

/** Done in one call: copying is a link here. */
function rewriteResponse(record: ObjectRecord, baseUrl: string): Reply {
  const size = String(record.size);
  return json({
    kind: "storage#rewriteResponse",
    totalBytesRewritten: size,
    objectSize: size,
    done: true,
    resource: toObjectResource(record, baseUrl),
  });
}
