import { createReadStream } from "node:fs";
import { link } from "node:fs/promises";

import { conditionNotMet, invalidRequest } from "./bucket-error.ts";
import { writeContent } from "./content-writer.ts";
import { isJsonObject } from "../json.ts";
import { applyProperties, type ObjectRecord } from "./object-record.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Preconditions } from "./preconditions.ts";

/** https://cloud.google.com/storage/docs/composite-objects */
const MAX_COMPONENTS = 32;

export interface Destination {
  readonly bucket: string;
  readonly name: string;
  readonly preconditions: Preconditions;
}

/**
 * Copies an object without copying its bytes. A resource with properties replaces the source's, an
 * empty one keeps them (https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite).
 *
 * @throws BucketError 404, 412
 */
export async function copyObject(
  store: ObjectStore,
  source: ObjectRecord,
  destination: Destination,
  resource: Record<string, unknown>,
): Promise<ObjectRecord> {
  const path = store.uploadPath(destination.bucket);
  await link(store.contentPath(source), path);
  const { size, crc32c, md5Hash, componentCount } = source;
  const replaced = applyProperties({}, resource);
  return store.commit(
    {
      bucket: destination.bucket,
      name: destination.name,
      content: { path, summary: { size, crc32c, ...(md5Hash === undefined ? {} : { md5Hash }) } },
      properties: Object.keys(replaced).length > 0 ? replaced : source.properties,
      ...(componentCount === undefined ? {} : { componentCount }),
    },
    destination.preconditions,
  );
}

/**
 * Concatenates up to 32 objects of one bucket into a new one, which has no MD5
 * (https://cloud.google.com/storage/docs/json_api/v1/objects/compose).
 *
 * @throws BucketError 400, 404, 412
 */
export async function composeObject(
  store: ObjectStore,
  destination: Destination,
  body: Record<string, unknown>,
): Promise<ObjectRecord> {
  const sources = findSources(store, destination.bucket, body["sourceObjects"]);
  const path = store.uploadPath(destination.bucket);
  const { size, crc32c } = await writeContent(path, concatenate(store, sources));
  const resource = isJsonObject(body["destination"]) ? body["destination"] : {};
  return store.commit(
    {
      bucket: destination.bucket,
      name: destination.name,
      content: { path, summary: { size, crc32c } },
      properties: applyProperties({}, resource),
      componentCount: sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0),
    },
    destination.preconditions,
  );
}

function findSources(store: ObjectStore, bucket: string, listed: unknown): ObjectRecord[] {
  if (!Array.isArray(listed) || listed.length === 0 || listed.length > MAX_COMPONENTS)
    throw invalidRequest(`sourceObjects must list 1 to ${MAX_COMPONENTS} objects.`);
  return listed.map((source: unknown) => {
    if (!isJsonObject(source) || typeof source["name"] !== "string")
      throw invalidRequest("Each of sourceObjects needs a name.");
    const record = store.require(bucket, source["name"], toGeneration(source["generation"]));
    const conditions = source["objectPreconditions"];
    const wanted = isJsonObject(conditions) ? conditions["ifGenerationMatch"] : undefined;
    if (wanted !== undefined && toGeneration(wanted) !== record.generation) throw conditionNotMet();
    return record;
  });
}

function toGeneration(value: unknown): number | undefined {
  return typeof value === "string" || typeof value === "number" ? Number(value) : undefined;
}

async function* concatenate(
  store: ObjectStore,
  sources: readonly ObjectRecord[],
): AsyncGenerator<Uint8Array> {
  for (const source of sources)
    yield* createReadStream(store.contentPath(source)) as AsyncIterable<Uint8Array>;
}
