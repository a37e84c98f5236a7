import { constants, copyFile, link, readFile, realpath, rm, symlink } from "node:fs/promises";

import { UserError } from "../../functions/platform/user-error.ts";
import { summarizeFile, writeContent } from "./content-writer.ts";
import type { ContentSummary } from "./object-record.ts";
import { toObjectResource, type ObjectResource } from "./object-resource.ts";
import type { ObjectStore } from "./object-store.ts";

/** What `put` may say about an object besides its bytes. */
export interface PutProperties {
  readonly contentType?: string;
  readonly contentEncoding?: string;
}

/** The objects of a local bucket, for the process that runs it. */
export interface LocalObjects {
  /**
   * Uploads bytes, or the file at a path. A file is not copied: the object is a hard link to it, or
   * a symbolic one on another file system, so it should not be edited while it is served. Returns
   * when the notification has been handed over.
   *
   * @throws UserError when the file cannot be read
   */
  put(
    bucket: string,
    name: string,
    content: Uint8Array | string,
    properties?: PutProperties,
  ): Promise<ObjectResource>;
  /** The same with a copy of the file, which may be edited afterwards. */
  putCopy(bucket: string, name: string, file: string): Promise<ObjectResource>;
  /**
   * Without a generation the object becomes noncurrent; with one, that one is gone. @throws
   * BucketError 404
   */
  delete(bucket: string, name: string, generation?: string): Promise<void>;
  /** Undefined = not there. */
  stat(bucket: string, name: string, generation?: string): ObjectResource | undefined;
  /** The stored bytes, whatever their encoding. @throws BucketError 404 */
  read(bucket: string, name: string, generation?: string): Promise<Buffer>;
  /** The live objects, by name. */
  list(bucket: string, prefix?: string): ObjectResource[];
}

/** `baseUrl`: of the server, for the links of the resources. */
export function createLocalObjects(store: ObjectStore, baseUrl: () => string): LocalObjects {
  const commit = async (
    bucket: string,
    name: string,
    write: (path: string) => Promise<ContentSummary>,
    properties: PutProperties = {},
  ): Promise<ObjectResource> => {
    const path = store.uploadPath(bucket);
    try {
      const content = { path, summary: await write(path) };
      return toObjectResource(await store.commit({ bucket, name, content, properties }), baseUrl());
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  };

  return {
    put: (bucket, name, content, properties) =>
      commit(
        bucket,
        name,
        (path) =>
          typeof content === "string" ? linkFile(content, path) : writeContent(path, [content]),
        properties,
      ),
    putCopy: (bucket, name, file) => commit(bucket, name, (path) => duplicateFile(file, path)),
    delete: (bucket, name, generation) =>
      store.remove({ bucket, name, generation: toNumber(generation) }),
    stat: (bucket, name, generation) => {
      const record = store.find(bucket, name, toNumber(generation));
      return record && toObjectResource(record, baseUrl());
    },
    read: (bucket, name, generation) =>
      readFile(store.contentPath(store.require(bucket, name, toNumber(generation)))),
    list: (bucket, prefix = "") =>
      store
        .requireBucket(bucket)
        .records()
        .filter((record) => record.timeDeleted === undefined && record.name.startsWith(prefix))
        .map((record) => toObjectResource(record, baseUrl())),
  };
}

async function linkFile(file: string, path: string): Promise<ContentSummary> {
  const source = await resolveFile(file);
  // Refused across file systems, and for files of other users on a hardened kernel.
  await link(source, path).catch(() => symlink(source, path));
  return summarizeReadable(file, path);
}

async function duplicateFile(file: string, path: string): Promise<ContentSummary> {
  const source = await resolveFile(file);
  await copyFile(source, path, constants.COPYFILE_FICLONE).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return summarizeReadable(file, path);
}

function resolveFile(file: string): Promise<string> {
  return realpath(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
}

function summarizeReadable(file: string, path: string): Promise<ContentSummary> {
  return summarizeFile(path).catch((error: unknown) => {
    throw unreadable(file, error);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "There is no such file",
  EISDIR: "This is a folder, not a file",
  EPERM: "This is a folder, not a file",
  EACCES: "You may not read this file",
};

function unreadable(file: string, error: unknown): UserError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new UserError(`${REASONS[code] ?? `The file cannot be read (${String(error)})`}: ${file}`);
}

function toNumber(generation: string | undefined): number | undefined {
  return generation === undefined ? undefined : Number(generation);
}
