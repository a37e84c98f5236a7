import type { IncomingMessage } from "node:http";

import { readBody } from "../http-server.ts";
import { toBucketResource, toStorageLayout } from "./bucket-resource.ts";
import { composeObject, copyObject } from "./copy-objects.ts";
import { listObjects } from "./list-objects.ts";
import { applyProperties, parseJsonObject, type ObjectRecord } from "./object-record.ts";
import { toObjectResource } from "./object-resource.ts";
import { checkPreconditions, parsePreconditions, readInteger } from "./preconditions.ts";
import { readObject } from "./read-object.ts";
import { json, type Reply } from "./reply.ts";
import type { Action, Route } from "./route.ts";
import {
  createUploadRequests,
  MAX_JSON_BYTES,
  type UploadDependencies,
} from "./upload-requests.ts";

type Handler = (route: Route, request: IncomingMessage) => Reply | Promise<Reply>;

/**
 * The part of the JSON API that gcloud storage, gsutil and the client libraries use on objects
 * (https://cloud.google.com/storage/docs/json_api/v1). Parameters that only shape a response
 * (`fields`, `projection`, `alt=json`, `key`, `project`) are ignored.
 *
 * The handlers throw BucketError for what the service refuses.
 */
export function createBucketApi(
  dependencies: UploadDependencies,
): Readonly<Record<Action, Handler>> {
  const { store, baseUrl } = dependencies;
  const uploads = createUploadRequests(dependencies);
  const resourceOf = (record: ObjectRecord) => toObjectResource(record, baseUrl());
  const bodyOf = async (request: IncomingMessage) =>
    parseJsonObject((await readBody(request, MAX_JSON_BYTES)).toString());

  /** The object a request names, held against the preconditions of its query. */
  const requireObject = ({ bucket, object, query }: Route, reading = false): ObjectRecord => {
    const record = store.require(bucket, object, readInteger(query, "generation"));
    checkPreconditions(record, parsePreconditions(query), reading);
    return record;
  };

  const listBucketObjects: Handler = ({ bucket, query }) => {
    const { items, prefixes, nextPageToken } = listObjects(
      store.requireBucket(bucket).records(),
      query,
    );
    return json({
      kind: "storage#objects",
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      ...(prefixes.length > 0 ? { prefixes } : {}),
      ...(items.length > 0 ? { items: items.map(resourceOf) } : {}),
    });
  };

  const patch: Handler = async (route, request) => {
    const changes = await bodyOf(request);
    const record = requireObject(route);
    return json(resourceOf(store.update(record, applyProperties(record.properties, changes))));
  };

  const remove: Handler = async ({ bucket, object, query }) => {
    const generation = readInteger(query, "generation");
    await store.remove({ bucket, name: object, generation }, parsePreconditions(query));
    return { status: 204 };
  };

  const compose: Handler = async ({ bucket, object, query }, request) => {
    const body = await bodyOf(request);
    const destination = { bucket, name: object, preconditions: parsePreconditions(query) };
    return json(resourceOf(await composeObject(store, destination, body)));
  };

  const rewrite: Handler = async ({ bucket, object, query, destination }, request) => {
    const resource = await bodyOf(request);
    const source = store.require(bucket, object, readInteger(query, "sourceGeneration"));
    checkPreconditions(source, parsePreconditions(query, "ifSource"));
    const record = await copyObject(
      store,
      source,
      {
        bucket: destination.bucket,
        name: destination.object,
        preconditions: parsePreconditions(query),
      },
      resource,
    );
    const size = String(record.size);
    return json({
      kind: "storage#rewriteResponse",
      totalBytesRewritten: size,
      objectSize: size,
      done: true,
      resource: resourceOf(record),
    });
  };

  return {
    listBuckets: () =>
      json({
        kind: "storage#buckets",
        items: store
          .bucketNames()
          .map((name) => toBucketResource(store.requireBucket(name), baseUrl())),
      }),
    createBucket: async (_, request) => {
      const { name } = await bodyOf(request);
      const bucket = store.createBucket(typeof name === "string" ? name : "");
      return json(toBucketResource(bucket, baseUrl()));
    },
    getBucket: ({ bucket }) => json(toBucketResource(store.requireBucket(bucket), baseUrl())),
    getStorageLayout: ({ bucket }) => json(toStorageLayout(store.requireBucket(bucket))),
    listObjects: listBucketObjects,
    upload: uploads.start,
    continueUpload: uploads.proceed,
    cancelUpload: uploads.cancel,
    getObject: (route) => json(resourceOf(requireObject(route, true))),
    readObject: (route, request) => {
      const record = requireObject(route, true);
      return readObject(record, store.contentPath(record), request.headers);
    },
    patchObject: patch,
    deleteObject: remove,
    composeObject: compose,
    rewriteObject: rewrite,
  };
}
