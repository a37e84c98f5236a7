import type { CheckSource } from "../../check/check-source.ts";
import { fileSource, objectSources } from "../../check/check-source.ts";
import { checkInput } from "../input/input-files.ts";

/**
 * Finds files and `gs://bucket/object`s: first the files, in the order given, then the objects.
 *
 * @throws UserError for whatever is not there or cannot be read
 */
export async function findSources(names: readonly string[]): Promise<readonly CheckSource[]> {
  const isObject = (name: string): boolean => name.startsWith("gs://");
  const fileNames = names.filter((name) => !isObject(name));
  const { files } = await checkInput(fileNames, []);
  const objects = await objectSources(names.filter(isObject));
  return [
    ...files.map(({ path, bytes }, index) =>
      fileSource({ name: fileNames[index] ?? path, path, bytes }),
    ),
    ...objects,
  ];
}
