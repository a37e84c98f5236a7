import picomatch from "picomatch";

/** Why an object is not imported. */
export type SkipReason = "a folder" | "empty" | "a part of an upload" | "not matching";

/**
 * Parts of an upload that gcloud and gsutil put together afterwards; each is announced like any
 * object, and the whole one is announced again.
 * https://cloud.google.com/storage/docs/parallel-composite-uploads
 */
const UPLOAD_PARTS = /^(gcloud\/tmp|.*\/gsutil\/tmp|gsutil\/tmp)\/parallel_composite_uploads\//s;

/**
 * Makes the function that says why an object is not imported, or undefined. `size` may be unknown.
 */
export function createSkip(
  include: readonly string[],
  exclude: readonly string[],
): (object: string, size: number | undefined) => SkipReason | undefined {
  const isIncluded = include.length === 0 ? () => true : picomatch([...include], GLOB_OPTIONS);
  const isExcluded = exclude.length === 0 ? () => false : picomatch([...exclude], GLOB_OPTIONS);
  return (object, size) => {
    // What the console makes for an empty folder.
    if (object.endsWith("/")) return "a folder";
    if (UPLOAD_PARTS.test(object)) return "a part of an upload";
    if (!isIncluded(object) || isExcluded(object)) return "not matching";
    return size === 0 ? "empty" : undefined;
  };
}

/** In a bucket a leading dot means nothing. */
const GLOB_OPTIONS = { dot: true } as const;
