import { join } from "node:path";

import { invalidRequest } from "./bucket-error.ts";

/** https://cloud.google.com/storage/docs/objects#naming */
const MAX_NAME_BYTES = 1024;

/** Leaves room for generation and ending within the 255 bytes of usual file systems. */
const MAX_FILE_NAME_CHARACTERS = 180;

/**
 * https://cloud.google.com/storage/docs/buckets#naming; nothing in it can lead out of the folder.
 */
const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

/** Whether Cloud Storage would accept the name. */
export function isBucketName(name: string): boolean {
  return BUCKET_NAME.test(name) && !name.includes("..");
}

/**
 * @throws BucketError 400 when the name is empty, `.`, `..`, over 1,024 bytes of UTF-8, or not
 * Unicode
 */
export function checkObjectName(name: string): void {
  if (name === "." || name === "..") throw invalidRequest(`The object's name may not be ${name}`);
  if (name === "") throw invalidRequest("Required: the name of the object.");
  if (!name.isWellFormed()) throw invalidRequest("The object's name is not valid Unicode.");
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw invalidRequest(`The object's name is over ${MAX_NAME_BYTES} bytes of UTF-8.`);
}

/**
 * Where a generation's content lies: `<folder>/<bucket>/<name>.<generation>`, the name
 * percent-encoded and cut. The generation alone makes it unique, so names that are cut alike, or
 * differ only by case on a file system that does not tell, never share a file. The real name is in
 * the record beside it.
 */
export function contentPath(
  folder: string,
  object: { readonly bucket: string; readonly name: string; readonly generation: number },
): string {
  const file = encodeObjectName(object.name).slice(0, MAX_FILE_NAME_CHARACTERS);
  return join(folder, object.bucket, `${file}.${object.generation}`);
}

/** Letters, digits, `_`, `-` and inner dots stay; everything else becomes %XX per byte of UTF-8. */
function encodeObjectName(name: string): string {
  return encodeURIComponent(name)
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\.+/, (dots) => "%2E".repeat(dots.length));
}
