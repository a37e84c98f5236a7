import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { REPOSITORY } from "../../../archive/bundle.ts";

/** Every page of Markdown that is written for people, from the repository's root. */
export const PAGES: readonly string[] = [
  ...globSync("{*,.github/*}.md", { cwd: REPOSITORY }).sort(),
  ...globSync("docs/**/*.md", { cwd: REPOSITORY }).sort(),
];

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}
