import { rmSync } from "node:fs";

import { BucketError, invalidRequest, noSuchObject } from "./bucket-error.ts";
import { createBucketIndex, type BucketIndex } from "./bucket-index.ts";
import { createGenerationFiles } from "./generation-files.ts";
import { checkObjectName, isBucketName } from "./object-path.ts";
import type { ContentSummary, ObjectProperties, ObjectRecord } from "./object-record.ts";
import { checkPreconditions, type Preconditions } from "./preconditions.ts";

/** What happened to an object; the real service tells it by notifications. */
export type ObjectChange =
  | { readonly kind: "created"; readonly record: ObjectRecord; readonly overwrote?: number }
  | { readonly kind: "archived"; readonly record: ObjectRecord; readonly overwrittenBy?: number }
  | { readonly kind: "deleted"; readonly record: ObjectRecord };

/** A complete upload: its content in a file that the store takes over. */
export interface NewObject {
  readonly bucket: string;
  readonly name: string;
  readonly content: { readonly path: string; readonly summary: ContentSummary };
  readonly properties: ObjectProperties;
  /** Of a composed object. */
  readonly componentCount?: number;
}

export interface StoreOptions {
  readonly folder: string;
  /** Created when they are not there; buckets already in the folder are served too. */
  readonly buckets: readonly string[];
  readonly now: () => number;
  /** Awaited before the call that changed something returns. */
  readonly onChange: (change: ObjectChange) => void | Promise<void>;
}

export type ObjectStore = ReturnType<typeof createObjectStore>;

/**
 * Buckets with object versioning in a folder: what is overwritten or deleted stays readable by its
 * generation until that generation is deleted
 * (https://cloud.google.com/storage/docs/object-versioning). A restart finds everything again.
 *
 * Between the check of a precondition and the change nothing else happens: of two uploads with
 * `ifGenerationMatch=0`, one wins.
 *
 * @throws UserError when the folder has a record that cannot be read, BucketError 400 for a
 *   bucket's name
 */
export function createObjectStore({ folder, buckets: names, now, onChange }: StoreOptions) {
  const files = createGenerationFiles(folder);
  const buckets = new Map<string, BucketIndex>();
  let lastGeneration = 0;

  const openBucket = (name: string): BucketIndex => {
    if (!isBucketName(name)) throw invalidRequest(`Invalid bucket name: '${name}'`);
    const { timeCreated, records } = files.openBucket(name);
    for (const { generation } of records) lastGeneration = Math.max(lastGeneration, generation);
    const bucket = createBucketIndex(name, timeCreated, records);
    buckets.set(name, bucket);
    return bucket;
  };

  /** @throws BucketError 409, 400 */
  const createBucket = (name: string): BucketIndex => {
    if (buckets.has(name))
      throw new BucketError(409, "conflict", `The bucket is already there: ${name}`);
    return openBucket(name);
  };

  /** @throws BucketError 404 */
  const requireBucket = (name: string): BucketIndex => {
    const bucket = buckets.get(name);
    if (bucket !== undefined) return bucket;
    throw new BucketError(404, "notFound", `The specified bucket does not exist: ${name}`);
  };

  /**
   * The live object, or the given generation of it. @throws BucketError 404 when there is no such
   * bucket
   */
  const find = (bucket: string, name: string, generation?: number): ObjectRecord | undefined =>
    requireBucket(bucket).find(name, generation);

  /** The same. @throws BucketError 404 */
  const require = (bucket: string, name: string, generation?: number): ObjectRecord => {
    const record = find(bucket, name, generation);
    if (record === undefined) throw noSuchObject(bucket, name, generation);
    return record;
  };

  const replaceRecord = (record: ObjectRecord): ObjectRecord => {
    files.saveRecord(record);
    requireBucket(record.bucket).set(record);
    return record;
  };

  const archive = (record: ObjectRecord): ObjectRecord =>
    replaceRecord({ ...record, timeDeleted: new Date(now()).toISOString() });

  const checkUpload = ({ bucket, name, content }: NewObject, preconditions: Preconditions) => {
    try {
      checkObjectName(name);
      const previous = find(bucket, name);
      checkPreconditions(previous, preconditions);
      return previous;
    } catch (refusal) {
      rmSync(content.path, { force: true });
      throw refusal;
    }
  };

  const create = (object: NewObject, preconditions: Preconditions) => {
    const previous = checkUpload(object, preconditions);

    lastGeneration = Math.max(lastGeneration + 1, Math.floor(now() * 1000));
    const record = toRecord(object, lastGeneration, now());
    files.create(object.content.path, record);
    requireBucket(record.bucket).set(record);
    const changes: ObjectChange[] = previous
      ? [
          { kind: "archived", record: archive(previous), overwrittenBy: record.generation },
          { kind: "created", record, overwrote: previous.generation },
        ]
      : [{ kind: "created", record }];
    return { record, changes };
  };

  /**
   * Makes a complete upload the live object, or removes its content. @throws BucketError 412, 404,
   * 400
   */
  const commit = async (
    object: NewObject,
    preconditions: Preconditions = {},
  ): Promise<ObjectRecord> => {
    const { record, changes } = create(object, preconditions);
    for (const change of changes) await onChange(change);
    return record;
  };

  /** Replaces the properties of one generation. */
  const update = (record: ObjectRecord, properties: ObjectProperties): ObjectRecord =>
    replaceRecord({
      ...record,
      properties,
      metageneration: record.metageneration + 1,
      updated: new Date(now()).toISOString(),
    });

  /**
   * Without a generation the live object becomes noncurrent; with one, that one is gone. @throws
   * BucketError 404, 412
   */
  const remove = async (
    { bucket, name, generation }: { bucket: string; name: string; generation?: number | undefined },
    preconditions: Preconditions = {},
  ): Promise<void> => {
    const record = require(bucket, name, generation);
    checkPreconditions(record, preconditions);
    if (generation === undefined) {
      await onChange({ kind: "archived", record: archive(record) });
      return;
    }
    files.remove(record);
    requireBucket(bucket).delete(record);
    await onChange({ kind: "deleted", record });
  };

  for (const name of new Set([...files.bucketNames(), ...names])) openBucket(name);

  return {
    bucketNames: (): readonly string[] => [...buckets.keys()].sort(),
    createBucket,
    requireBucket,
    find,
    require,
    /** A new file name for content that is to be committed. @throws BucketError 404 */
    uploadPath: (bucket: string): string => files.uploadPath(requireBucket(bucket).name),
    /** Where the content of a record lies; it is never written again. */
    contentPath: files.contentPath,
    commit,
    update,
    remove,
  };
}

function toRecord(object: NewObject, generation: number, now: number): ObjectRecord {
  const time = new Date(now).toISOString();
  const { bucket, name, content, properties, componentCount } = object;
  return {
    bucket,
    name,
    generation,
    metageneration: 1,
    ...content.summary,
    ...(componentCount === undefined ? {} : { componentCount }),
    timeCreated: time,
    updated: time,
    properties,
  };
}
