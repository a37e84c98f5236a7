import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";

import type { InputFile } from "../../local/run/run-input.ts";

/** A readable file, under the name the person would know it by. */
export interface FoundFile extends InputFile {
  /** As it was given, or the folder as it was given and the path in it. */
  readonly given: string;
}

/** What is wrong with an argument: a sentence to show. */
export interface InputProblem {
  readonly problem: string;
}

/**
 * Looks at one file.
 *
 * @param given its path, absolute or from the working directory
 * @param name of the object it becomes
 */
export async function findFile(
  given: string,
  name = path.basename(given),
): Promise<FoundFile | InputProblem> {
  try {
    const found = await stat(given);
    if (found.isDirectory()) return { problem: `${given} is a folder.` };
    if (!found.isFile()) return { problem: `${given} is not a regular file.` };
    await access(given, constants.R_OK);
    return { name, path: path.resolve(given), bytes: found.size, given };
  } catch (error) {
    return { problem: describeFailure(given, error) };
  }
}

/** Why `given`, a file or a folder, cannot be used. */
export function describeFailure(given: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "ENOENT" || code === "ENOTDIR") return `There is no file ${given}.`;
  if (code === "EACCES") return `${given} cannot be read: permission denied.`;
  return `${given} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
