import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { UserError } from "../../functions/platform/user-error.ts";
import { parseJson } from "../json.ts";
import { contentPath, isBucketName } from "./object-path.ts";
import type { ObjectRecord } from "./object-record.ts";

/** Of the file beside the content that holds the record. */
const RECORD_ENDING = ".json";

/** Below each bucket's folder: what is still being written. Emptied at every start. */
const UPLOADS = ".uploads";

/**
 * The files of all generations in `folder`: `<bucket>/<name>.<generation>` and, beside it, the
 * record. A generation counts once its record is there, which comes last and by renaming, so a
 * crash leaves no half of one. The calls are synchronous on purpose: the store must not pause
 * between a check and the change.
 */
export function createGenerationFiles(folder: string) {
  const recordPath = (record: ObjectRecord): string => contentPath(folder, record) + RECORD_ENDING;

  const uploadPath = (bucket: string): string => join(folder, bucket, UPLOADS, randomUUID());

  const saveRecord = (record: ObjectRecord): void => {
    const path = uploadPath(record.bucket);
    writeFileSync(path, JSON.stringify(record));
    renameSync(path, recordPath(record));
  };

  return {
    /** The buckets in the folder, which is created if need be. */
    bucketNames: (): string[] => {
      mkdirSync(folder, { recursive: true });
      return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && isBucketName(entry.name))
        .map((entry) => entry.name);
    },
    /**
     * Opens a bucket, creating it if need be.
     *
     * @throws UserError when a record in it cannot be read
     */
    openBucket: (bucket: string): { timeCreated: string; records: ObjectRecord[] } => {
      const path = join(folder, bucket);
      rmSync(join(path, UPLOADS), { recursive: true, force: true });
      mkdirSync(join(path, UPLOADS), { recursive: true });
      const files = readdirSync(path).filter((file) => file.endsWith(RECORD_ENDING));
      return {
        timeCreated: statSync(path).birthtime.toISOString(),
        records: files.map((file) => loadRecord(join(path, file))),
      };
    },
    /** A name for content that is being written, on the same file system. */
    uploadPath,
    /** Where a generation's content lies. */
    contentPath: (record: ObjectRecord): string => contentPath(folder, record),
    /** Makes the file at `path` the content of a new generation. */
    create: (path: string, record: ObjectRecord): void => {
      renameSync(path, contentPath(folder, record));
      saveRecord(record);
    },
    saveRecord,
    removeBucket: (bucket: string): void => {
      rmSync(join(folder, bucket), { recursive: true, force: true });
    },
    remove: (record: ObjectRecord): void => {
      rmSync(recordPath(record), { force: true });
      rmSync(contentPath(folder, record), { force: true });
    },
  };
}

function loadRecord(path: string): ObjectRecord {
  const refuse = (cause: unknown): UserError =>
    new UserError(`${path} cannot be read (${String(cause)}). Remove this file.`);
  // The one place where a record that we wrote comes back from disk.
  return parseJson(readFileSync(path, "utf8"), refuse) as ObjectRecord;
}
