import { getCompileCacheDir } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(import.meta.url);

/**
 * What Node needs before the name of a TypeScript file of this product: nothing when it strips the
 * types itself, else the loader. Node does not strip those of a package that is installed:
 * https://nodejs.org/api/typescript.html#type-stripping-in-dependencies
 */
export const LOADER: readonly string[] =
  process.features.typescript === "strip" && !HERE.includes(`${path.sep}node_modules${path.sep}`)
    ? []
    : ["--import", import.meta.resolve("tsx")];

/**
 * The environment of a TypeScript program of this product that a command starts: it takes what is
 * compiled from where the command does, if that has such a place (cli/start.js). Not for functions,
 * which have none in the cloud.
 */
export function loaderEnvironment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: folder };
}
