import type { CheckSource } from "../../check/check-source.ts";
import { fileSource, streamSource } from "../../check/check-source.ts";
import { expandPaths, refuseSecondStandardInput } from "../input/input-files.ts";
import {
  announceStandardInput,
  STANDARD_INPUT,
  STANDARD_INPUT_NAME,
} from "../input/standard-input.ts";

/**
 * Finds what is to be checked: files, folders and globs, in the order given; then standard input
 * (`-`), which is read as it comes; then `gs://bucket/object`s.
 *
 * @throws UserError for whatever is not there or cannot be read
 */
export async function findSources(names: readonly string[]): Promise<readonly CheckSource[]> {
  refuseSecondStandardInput(names);
  const isObject = (name: string): boolean => name.startsWith("gs://");
  const isFile = (name: string): boolean => name !== STANDARD_INPUT && !isObject(name);
  const files = await expandPaths(names.filter(isFile));
  const objects = await findObjects(names.filter(isObject));
  return [
    ...files.map(({ given, path, bytes, name }) =>
      fileSource({ name: given, path, bytes, objectName: name }),
    ),
    ...(names.includes(STANDARD_INPUT) ? [standardInput()] : []),
    ...objects,
  ];
}

/** Google's client library takes its time to load, and files do without it. */
async function findObjects(urls: readonly string[]): Promise<readonly CheckSource[]> {
  if (urls.length === 0) return [];
  const { objectSources } = await import("../../check/object-sources.ts");
  return objectSources(urls);
}

function standardInput(): CheckSource {
  announceStandardInput();
  return streamSource(STANDARD_INPUT_NAME, process.stdin);
}
