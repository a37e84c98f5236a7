import { UserError } from "../../functions/platform/user-error.ts";
import type { InputFile, RunInput } from "../../local/run/run-input.ts";
import { expandPath } from "./expand-path.ts";
import { findFile, type FoundFile, type InputProblem } from "./found-file.ts";
import { keepStandardInput, STANDARD_INPUT } from "./standard-input.ts";

const NEVER = new AbortController().signal;

/**
 * Finds the files of a local run before anything is started: files, folders, globs, and `-`,
 * standard input, which is copied into a temporary file.
 *
 * @param signal ends the copying of standard input
 * @throws UserError (exit code 2) naming every file that is missing, no file, or unreadable
 */
export async function checkInput(
  files: readonly string[],
  messageFiles: readonly string[],
  signal: AbortSignal = NEVER,
): Promise<RunInput> {
  refuseSecondStandardInput([...files, ...messageFiles]);
  const keep = async (given: string): Promise<readonly FoundFile[] | InputProblem> =>
    given === STANDARD_INPUT ? [await keepStandardInput(signal)] : expandPath(given);
  const found = await foundOf([...files, ...messageFiles], keep);
  return {
    files: withUniqueNames(found.slice(0, files.length).flat()),
    messageFiles: found.slice(files.length).flat(),
  };
}

/**
 * The files that arguments name, one by one: files, folders and globs.
 *
 * @throws UserError (exit code 2) naming every one that cannot be used
 */
export async function expandPaths(names: readonly string[]): Promise<readonly FoundFile[]> {
  return (await foundOf(names, expandPath)).flat();
}

/**
 * @param source what names the file
 * @throws UserError (exit code 2) when it is no readable file
 */
export async function checkTransformFile(file: string, source = "--transform"): Promise<void> {
  const checked = await findFile(file);
  if ("problem" in checked) throw new UserError(`${source}: ${checked.problem}`, 2);
}

/** @throws UserError (exit code 2) */
export function refuseSecondStandardInput(names: readonly string[]): void {
  if (names.filter((name) => name === STANDARD_INPUT).length > 1)
    throw new UserError("Standard input (-) can be read only once.", 2);
}

async function foundOf(
  names: readonly string[],
  find: (name: string) => Promise<readonly FoundFile[] | InputProblem>,
): Promise<readonly (readonly FoundFile[])[]> {
  const results = await Promise.all(names.map(find));
  const problems = results.flatMap((result) => ("problem" in result ? [result.problem] : []));
  if (problems.length > 0) throw new UserError(problems.join("\n"), 2);
  return results.map((result) => ("problem" in result ? [] : result));
}

/**
 * Two files of one name would be two generations of one object: those get their position in front.
 */
function withUniqueNames(files: readonly InputFile[]): InputFile[] {
  const counts = new Map<string, number>();
  for (const { name } of files) counts.set(name, (counts.get(name) ?? 0) + 1);
  return files.map((file, index) =>
    counts.get(file.name) === 1 ? file : { ...file, name: `${index + 1}/${file.name}` },
  );
}
