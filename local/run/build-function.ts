import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { UserError } from "../../functions/platform/user-error.ts";
import { LOADER, loaderEnvironment } from "./loader.ts";

/** The repository's root. */
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

const BUILD = path.join("archive", "build.ts");

/**
 * Builds the functions as `npm run build` does, into `target`: another build must not change what a
 * running function would be restarted from.
 *
 * @param transform absolute path of the transform to build in; undefined for the repository's own
 * @param hasSourceMap so that stacks name the files and lines of the sources
 * @throws UserError with what the build said
 */
export async function buildFunction(
  transform: string | undefined,
  target: string,
  hasSourceMap = false,
): Promise<void> {
  const options = transform === undefined ? [] : ["--transform", transform];
  if (hasSourceMap) options.push("--source-map");
  const { code, output } = await run([...LOADER, BUILD, "--out", target, ...options]);
  if (code !== 0) throw new UserError(output.trim() || "The functions could not be built.");
}

function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: REPOSITORY,
      env: loaderEnvironment(),
      stdio: ["ignore", "ignore", "pipe"],
    });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, output });
    });
  });
}
