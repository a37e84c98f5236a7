import { resolve } from "node:path";

import type { BuildFailure } from "esbuild";

const UNRESOLVED = /^Could not resolve "([^"]+)"/;
/** Neither a path nor an import of package.json; `@scope/name`, or `name`. */
const PACKAGE = /^(@[^/]+\/[^/]+|[^./#][^/]*)/;

/** Whether it is what esbuild throws when it cannot build. */
export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

/**
 * esbuild's failures as lines of `file:line:column: text`, without its snippets and stack, and with
 * the command that installs a package that is missing.
 *
 * @param root the working directory of the build
 */
export function describeBuildFailure({ errors }: BuildFailure, root: string): string {
  return errors
    .map(({ location, text }) => {
      const line = `${text}${installHint(text)}`;
      return location === null
        ? line
        : `${resolve(root, location.file)}:${location.line}:${location.column + 1}: ${line}`;
    })
    .join("\n");
}

function installHint(text: string): string {
  const [, imported = ""] = UNRESOLVED.exec(text) ?? [];
  const [, name] = PACKAGE.exec(imported) ?? [];
  if (name === undefined || name.startsWith("node:")) return "";
  return `. Run: npm install ${name}`;
}
