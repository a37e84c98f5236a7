import { glob, readdir, stat } from "node:fs/promises";
import path from "node:path";

import { describeFailure, findFile, type FoundFile, type InputProblem } from "./found-file.ts";

const GLOB_CHARACTERS = /[*?[\]{}]/;

/**
 * The files that one argument of the command line names: a file; a folder, with all folders in it;
 * or a glob that the shell left alone, because it was quoted or matches nothing. In folders, and
 * by globs, names that begin with a dot are passed over (`.DS_Store`), as a shell does it.
 *
 * A file of a folder becomes an object under the folder's own name, as `gcloud storage cp
 * --recursive` makes it (https://cloud.google.com/sdk/gcloud/reference/storage/cp); one of a glob
 * has its last name only.
 */
export async function expandPath(given: string): Promise<readonly FoundFile[] | InputProblem> {
  const kind = await kindOf(given);
  if (kind === "folder") return expandFolder(given);
  if (kind === "absent" && GLOB_CHARACTERS.test(given)) return expandGlob(given);
  const found = await findFile(given);
  return "problem" in found ? found : [found];
}

async function kindOf(given: string): Promise<"folder" | "absent" | "other"> {
  try {
    return (await stat(given)).isDirectory() ? "folder" : "other";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    return code === "ENOENT" ? "absent" : "other";
  }
}

async function expandFolder(folder: string): Promise<readonly FoundFile[] | InputProblem> {
  try {
    const paths = await filesIn(folder, "");
    if (paths.length === 0) return { problem: `There is no file in the folder ${folder}.` };
    const prefix = prefixOf(folder);
    const found = await Promise.all(
      paths.map((file) => findFile(path.join(folder, file), `${prefix}${toObjectName(file)}`)),
    );
    return withoutProblems(found);
  } catch (error) {
    return { problem: describeFailure(folder, error) };
  }
}

/** Paths from `folder` of all files in it and below, in the order of their names. */
async function filesIn(folder: string, below: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  const visible = entries.filter(({ name }) => !name.startsWith("."));
  visible.sort((a, b) => (a.name < b.name ? -1 : 1));
  const nested = await Promise.all(
    visible.map(async (entry) => {
      const file = path.join(below, entry.name);
      if (entry.isDirectory()) return filesIn(folder, file);
      // A link to a folder is not followed: it may lead back to where one came from.
      const isFile =
        entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(folder, file)));
      return isFile ? [file] : [];
    }),
  );
  return nested.flat();
}

async function leadsToFile(folder: string, file: string): Promise<boolean> {
  return stat(path.join(folder, file)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** `.` and `..` are places, and no names. */
function prefixOf(folder: string): string {
  const last = path.basename(path.normalize(folder));
  return last === "." || last === ".." || last === "" ? "" : `${last}/`;
}

function toObjectName(file: string): string {
  return file.split(path.sep).join("/");
}

async function expandGlob(pattern: string): Promise<readonly FoundFile[] | InputProblem> {
  const matches: string[] = [];
  for await (const match of glob(pattern)) matches.push(match);
  const expanded = await Promise.all(matches.sort().map(expandMatch));
  const found = withoutProblems(expanded.flat());
  if ("problem" in found) return found;
  // `data/**` matches a folder and, once more, what is in it.
  const unique = new Map(found.map((file) => [file.path, file]));
  if (unique.size === 0) return { problem: `No file matches ${pattern}.` };
  return [...unique.values()];
}

async function expandMatch(match: string): Promise<readonly (FoundFile | InputProblem)[]> {
  if ((await kindOf(match)) !== "folder") return [await findFile(match)];
  const files = await expandFolder(match);
  // A folder without files among other matches is nothing to complain about.
  if ("problem" in files) return files.problem.startsWith("There is no file in") ? [] : [files];
  return files;
}

function withoutProblems(
  found: readonly (FoundFile | InputProblem)[],
): readonly FoundFile[] | InputProblem {
  const problems = found.flatMap((one) => ("problem" in one ? [one.problem] : []));
  if (problems.length > 0) return { problem: problems.join("\n") };
  return found.flatMap((one) => ("problem" in one ? [] : [one]));
}
