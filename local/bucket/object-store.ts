import { rmSync } from "node:fs";

import { BucketError, invalidRequest, noSuchObject } from "./bucket-error.ts";
import { type BucketSettings, DEFAULT_BUCKET_SETTINGS, isDue } from "./bucket-settings.ts";
import { createBucketIndex, type BucketIndex } from "./bucket-index.ts";
import { createGenerationFiles } from "./generation-files.ts";
import { type NewObject, toRecord } from "./new-object.ts";
import { checkObjectName, isBucketName } from "./object-path.ts";
import type { ObjectProperties, ObjectRecord } from "./object-record.ts";
import { checkPreconditions, type Preconditions } from "./preconditions.ts";

/** What happened to an object; the real service tells it by notifications. */
export type ObjectChange =
  | { readonly kind: "created"; readonly record: ObjectRecord; readonly overwrote?: number }
  | RetiredObject;

/** One that is kept as a noncurrent generation, or gone. */
export interface RetiredObject {
  readonly kind: "archived" | "deleted";
  readonly record: ObjectRecord;
  readonly overwrittenBy?: number;
}

export interface StoreOptions {
  readonly folder: string;
  /** Created when they are not there; buckets already in the folder are served too. */
  readonly buckets: readonly string[];
  readonly now: () => number;
  /** Awaited before the call that changed something returns. */
  readonly onChange: (change: ObjectChange) => void | Promise<void>;
}

/**
 * Buckets with object versioning in a folder: what is overwritten or deleted stays readable by its
 * generation until that generation is deleted
 * (https://cloud.google.com/storage/docs/object-versioning). A restart finds everything again.
 *
 * Between the check of a precondition and the change nothing else happens: of two uploads with
 * `ifGenerationMatch=0`, one wins.
 */
export class ObjectStore {
  readonly #files: ReturnType<typeof createGenerationFiles>;
  readonly #now: () => number;
  readonly #onChange: StoreOptions["onChange"];
  readonly #buckets = new Map<string, BucketIndex>();
  #lastGeneration = 0;

  /**
   * @throws UserError when the folder has a record that cannot be read, BucketError 400 for a
   *   bucket's name
   */
  constructor({ folder, buckets, now, onChange }: StoreOptions) {
    this.#files = createGenerationFiles(folder);
    this.#now = now;
    this.#onChange = onChange;
    for (const name of new Set([...this.#files.bucketNames(), ...buckets])) this.#openBucket(name);
  }

  #openBucket(name: string, settings = DEFAULT_BUCKET_SETTINGS): BucketIndex {
    if (!isBucketName(name)) throw invalidRequest(`Invalid bucket name: '${name}'`);
    const { timeCreated, records } = this.#files.openBucket(name);
    for (const { generation } of records)
      this.#lastGeneration = Math.max(this.#lastGeneration, generation);
    const bucket = createBucketIndex({ name, timeCreated, settings, records });
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** @throws BucketError 409, 400 */
  createBucket(name: string, settings?: BucketSettings): BucketIndex {
    if (this.#buckets.has(name))
      throw new BucketError(409, "conflict", `The bucket is already there: ${name}`);
    return this.#openBucket(name, settings);
  }

  /** What is in it stays until a rule or a request deletes it. @throws BucketError 404 */
  changeBucket(name: string, settings: BucketSettings): void {
    const bucket = this.requireBucket(name);
    const { timeCreated } = bucket;
    const records = bucket.records();
    this.#buckets.set(name, createBucketIndex({ name, timeCreated, settings, records }));
  }

  /**
   * Nothing of what is in it is announced any more.
   *
   * @throws BucketError 409 when something is, unless `contents` go with it; 404
   */
  deleteBucket(name: string, contents: "delete" | "refuse"): void {
    const records = this.requireBucket(name).records();
    if (records.length > 0 && contents === "refuse")
      throw new BucketError(
        409,
        "conflict",
        `The bucket you tried to delete is not empty: ${name}`,
      );
    for (const record of records) this.#erase(record);
    this.#buckets.delete(name);
    this.#files.removeBucket(name);
  }

  /** @throws BucketError 404 */
  requireBucket(name: string): BucketIndex {
    const bucket = this.#buckets.get(name);
    if (bucket !== undefined) return bucket;
    throw new BucketError(404, "notFound", `The specified bucket does not exist: ${name}`);
  }

  /**
   * The live object, or the given generation of it. @throws BucketError 404 when there is no such
   * bucket
   */
  find(bucket: string, name: string, generation?: number): ObjectRecord | undefined {
    return this.requireBucket(bucket).find(name, generation);
  }

  /** The same. @throws BucketError 404 */
  require(bucket: string, name: string, generation?: number): ObjectRecord {
    const record = this.find(bucket, name, generation);
    if (record === undefined) throw noSuchObject(bucket, name, generation);
    return record;
  }

  #replaceRecord(record: ObjectRecord): ObjectRecord {
    this.#files.saveRecord(record);
    this.requireBucket(record.bucket).set(record);
    return record;
  }

  /** A generation that is not the live one any more: kept, or gone without versioning. */
  #retire(record: ObjectRecord): RetiredObject {
    if (!this.requireBucket(record.bucket).settings.versioning) return this.#erase(record);
    const timeDeleted = new Date(this.#now()).toISOString();
    return { kind: "archived", record: this.#replaceRecord({ ...record, timeDeleted }) };
  }

  #erase(record: ObjectRecord): RetiredObject {
    this.#files.remove(record);
    this.requireBucket(record.bucket).delete(record);
    return { kind: "deleted", record };
  }

  #checkUpload({ bucket, name, content }: NewObject, preconditions: Preconditions) {
    try {
      checkObjectName(name);
      const previous = this.find(bucket, name);
      checkPreconditions(previous, preconditions);
      return previous;
    } catch (refusal) {
      rmSync(content.path, { force: true });
      throw refusal;
    }
  }

  #create(object: NewObject, preconditions: Preconditions) {
    const previous = this.#checkUpload(object, preconditions);

    this.#lastGeneration = Math.max(this.#lastGeneration + 1, Math.floor(this.#now() * 1000));
    const record = toRecord(object, this.#lastGeneration, this.#now());
    this.#files.create(object.content.path, record);
    this.requireBucket(record.bucket).set(record);
    const changes: ObjectChange[] = previous
      ? [
          { ...this.#retire(previous), overwrittenBy: record.generation },
          { kind: "created", record, overwrote: previous.generation },
        ]
      : [{ kind: "created", record }];
    return { record, changes };
  }

  /**
   * Makes a complete upload the live object, or removes its content. @throws BucketError 412, 404,
   * 400
   */
  async commit(object: NewObject, preconditions: Preconditions = {}): Promise<ObjectRecord> {
    const { record, changes } = this.#create(object, preconditions);
    for (const change of changes) await this.#onChange(change);
    return record;
  }

  /** Replaces the properties of one generation. */
  update(record: ObjectRecord, properties: ObjectProperties): ObjectRecord {
    return this.#replaceRecord({
      ...record,
      properties,
      metageneration: record.metageneration + 1,
      updated: new Date(this.#now()).toISOString(),
    });
  }

  /**
   * Without a generation the live object becomes noncurrent; with one, that one is gone. @throws
   * BucketError 404, 412
   */
  async remove(
    { bucket, name, generation }: { bucket: string; name: string; generation?: number | undefined },
    preconditions: Preconditions = {},
  ): Promise<void> {
    const record = this.require(bucket, name, generation);
    checkPreconditions(record, preconditions);
    await this.#onChange(generation === undefined ? this.#retire(record) : this.#erase(record));
  }

  /**
   * Does at once what the buckets' lifecycle rules delete by now; the service does it within a day
   * (https://cloud.google.com/storage/docs/lifecycle#behavior).
   */
  async applyLifecycle(): Promise<void> {
    for (const bucket of this.#buckets.values())
      for (const record of bucket.records())
        if (isDue(record, bucket.settings, this.#now()))
          await this.#onChange(
            record.timeDeleted === undefined ? this.#retire(record) : this.#erase(record),
          );
  }

  bucketNames(): readonly string[] {
    return [...this.#buckets.keys()].sort();
  }

  /** A new file name for content that is to be committed. @throws BucketError 404 */
  uploadPath(bucket: string): string {
    return this.#files.uploadPath(this.requireBucket(bucket).name);
  }

  /** Where the content of a record lies; it is never written again. */
  contentPath(record: ObjectRecord): string {
    return this.#files.contentPath(record);
  }
}
