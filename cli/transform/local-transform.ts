import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { loadTransform, OWN_TRANSFORM, REPOSITORY } from "../../check/load-transform.ts";
import { createWatchdog } from "../../check/watchdog.ts";
import { startTypeCheck } from "./type-check.ts";

const LOCATE_ERRORS = path.join(REPOSITORY, "check", "locate-errors.ts");
const TELL_ENDLESS = path.join(REPOSITORY, "cli", "transform", "tell-endless.ts");
const UNCHANGED = /^export const transform = identity;$/m;

/**
 * What a local run builds in: the transform, checked, and wrapped so that its errors, and a loop
 * without end, name the user's file and line.
 *
 * @param file as it was given; undefined for functions/transform.ts
 * @param checksTypes whether type errors are refused
 * @returns absolute; undefined for the repository's own as long as it changes nothing
 * @throws UserError when it does not compile, cannot be loaded, exports no function `transform`, or
 *   has type errors
 */
export async function localTransform(
  file: string | undefined,
  checksTypes: boolean,
): Promise<string | undefined> {
  if (file === undefined && UNCHANGED.test(readFileSync(OWN_TRANSFORM, "utf8"))) return undefined;
  const own = path.resolve(file ?? OWN_TRANSFORM);
  // What is wrong with it is told here, with its place, and not by a function that does not start.
  await loadTransform(own, createWatchdog({ file: own, repository: REPOSITORY }));
  if (checksTypes) await startTypeCheck(own).done();
  return writeWrapper(own);
}

/** A file of its own, gone with this process. */
async function writeWrapper(own: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-transform-"));
  process.on("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const wrapper = path.join(folder, "transform.ts");
  const options = JSON.stringify({ file: own, repository: REPOSITORY });
  await writeFile(
    wrapper,
    `import { transform as own } from ${JSON.stringify(own)};
import { locateErrors } from ${JSON.stringify(LOCATE_ERRORS)};
import { tellEndless } from ${JSON.stringify(TELL_ENDLESS)};
export const transform = tellEndless(locateErrors(own, ${options}), ${options});
`,
  );
  return wrapper;
}
