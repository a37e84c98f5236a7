import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";

import { UserError } from "../../functions/platform/user-error.ts";
import type { InputFile, RunInput } from "../../local/run/run-input.ts";

/**
 * Looks at every file before anything is started.
 *
 * @throws UserError (exit code 2) naming every file that is missing, no file, or unreadable
 */
export async function checkInput(
  files: readonly string[],
  messageFiles: readonly string[],
): Promise<RunInput> {
  const checked = await Promise.all([...files, ...messageFiles].map(checkFile));
  const problems = checked.filter((result) => typeof result === "string");
  if (problems.length > 0) throw new UserError(problems.join("\n"), 2);
  const found = checked.filter((result) => typeof result !== "string");
  return {
    files: withUniqueNames(found.slice(0, files.length)),
    messageFiles: found.slice(files.length),
  };
}

/** @throws UserError (exit code 2) when it is no readable file */
export async function checkTransformFile(file: string): Promise<void> {
  const checked = await checkFile(file);
  if (typeof checked === "string") throw new UserError(`--transform: ${checked}`, 2);
}

async function checkFile(file: string): Promise<InputFile | string> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) return `${file} is a folder. Name its files, for example: ${file}/*`;
    if (!found.isFile()) return `${file} is not a regular file.`;
    await access(file, constants.R_OK);
    return { name: path.basename(file), path: path.resolve(file), bytes: found.size };
  } catch (error) {
    return describeFailure(file, error);
  }
}

function describeFailure(file: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "ENOENT" || code === "ENOTDIR") return `There is no file ${file}.`;
  if (code === "EACCES") return `${file} cannot be read: permission denied.`;
  return `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/**
 * Two files of one name would be two generations of one object: those get their position in front.
 */
function withUniqueNames(files: readonly InputFile[]): InputFile[] {
  const names = files.map(({ name }) => name);
  return files.map((file, index) =>
    names.indexOf(file.name) === names.lastIndexOf(file.name)
      ? file
      : { ...file, name: `${index + 1}/${file.name}` },
  );
}
