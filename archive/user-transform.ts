import { statSync } from "node:fs";

import { buildSync } from "esbuild";

/**
 * Checks what a bundler cannot say well about a user's transform: that the file is there and
 * exports a `transform`. Without this, esbuild would report both at our own importing line.
 *
 * @param path absolute
 * @throws Error with a message that says what to do; esbuild's own BuildFailure for a syntax error
 *   or an import that leads nowhere.
 */
export function checkTransform(path: string, root: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new Error(`The transform ${path} is not a file. Give the path of a .ts or .js file.`);
  const exported = exportsOf(path, root);
  if (exported.includes("transform")) return;
  const found = exported.length === 0 ? "it exports nothing" : `it exports ${exported.join(", ")}`;
  throw new Error(
    `The transform ${path} has no export named "transform" (${found}). ` +
      "Write: export const transform = (record, context) => record;",
  );
}

/** Names an ES module exports, `export * from` included. A CommonJS file has "default" only. */
function exportsOf(path: string, root: string): string[] {
  const { metafile } = buildSync({
    entryPoints: [path],
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: "transform.js",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}
