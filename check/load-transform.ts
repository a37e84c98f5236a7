import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import type { Plugin } from "esbuild";
import { build } from "esbuild";

import { describeBuildFailure, isBuildFailure } from "../archive/build-failure.ts";
import { messageOf } from "../functions/platform/errors.ts";
import * as contract from "../functions/event/transform-contract.ts";
import type { Transform } from "../functions/event/transform-contract.ts";
import { UserError } from "../functions/platform/user-error.ts";
import { errorPlace, shortPath } from "./locate-errors.ts";
import type { Watchdog } from "./watchdog.ts";

/** The product. */
export const REPOSITORY = path.dirname(fileURLToPath(new URL(".", import.meta.url)));
const CONTRACT = path.join(REPOSITORY, "functions", "event", "transform-contract.ts");

/** The transform that is deployed when the stack names none. */
export const OWN_TRANSFORM = path.join(REPOSITORY, "functions", "transform.ts");

/**
 * Loads the transform of a TypeScript or JavaScript file, with its own imports, bundled as for the
 * functions.
 *
 * @param file absolute
 * @param watchdog its code runs while it is loaded, and may not return
 * @throws UserError when it does not compile (with file, line and column), fails or does not return
 *   while it is loaded, or exports no function `transform`
 */
export async function loadTransform(file: string, watchdog: Watchdog): Promise<Transform> {
  const exported = await loadBundle(file, watchdog);
  const { transform } = exported;
  if (isTransform(transform)) return transform;
  if (transform !== undefined)
    throw new UserError(`The export "transform" of ${file} is not a function.`);
  const names = Object.keys(exported);
  const found = names.length === 0 ? "it exports nothing" : `it exports ${names.join(", ")}`;
  throw new UserError(
    `The transform ${file} has no export named "transform" (${found}). ` +
      "Write: export const transform = (record, context) => record;",
  );
}

function isTransform(value: unknown): value is Transform {
  return typeof value === "function";
}

/** @param target where the code will be, which its source map starts from */
async function bundle(file: string, target: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      absWorkingDir: REPOSITORY,
      bundle: true,
      platform: "node",
      target: "node22",
      // As the functions are; and it is loaded in one go, which can be watched.
      format: "cjs",
      define: { "import.meta.dirname": "__dirname" },
      outfile: target,
      sourcemap: "inline",
      sourcesContent: false,
      write: false,
      logLevel: "silent",
      plugins: [shareContract],
    });
    return outputFiles.map(({ text }) => text).join("");
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw new UserError(
      `The transform does not compile.\n${describeBuildFailure(error, REPOSITORY)}`,
    );
  }
}

/** `identity` is recognised by reference, so a bundle must not bring its own. */
const shareContract: Plugin = {
  name: "share-contract",
  setup: (bundler) => {
    bundler.onResolve({ filter: /transform-contract\.ts$/ }, ({ path: imported, resolveDir }) =>
      path.resolve(resolveDir, imported) === CONTRACT
        ? { path: CONTRACT, namespace: "shared" }
        : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: "shared" }, () => ({
      contents: `module.exports = globalThis[Symbol.for(${JSON.stringify(CONTRACT)})];`,
    }));
  },
};

async function loadBundle(
  file: string,
  watchdog: Watchdog,
): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-transform-"));
  try {
    const target = path.join(folder, "transform.cjs");
    await writeFile(target, await bundle(file, target));
    return requireFile(target, file, watchdog);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function requireFile(
  target: string,
  file: string,
  watchdog: Watchdog,
): Readonly<Record<string, unknown>> {
  Reflect.set(globalThis, Symbol.for(CONTRACT), contract);
  // So that stacks name the user's files and lines.
  process.setSourceMapsEnabled(true);
  const loaded: { exports?: Readonly<Record<string, unknown>> } = {};
  watchdog.run(
    () => {
      try {
        loaded.exports = createRequire(target)(target) as Readonly<Record<string, unknown>>;
      } catch (error) {
        throw loadFailure(error, file);
      }
    },
    () => `${shortPath(file)}, while it is loaded`,
  );
  return loaded.exports ?? {};
}

function loadFailure(error: unknown, file: string): UserError {
  const place = error instanceof Error ? errorPlace(error, { file, repository: REPOSITORY }) : "";
  const where = place === "" ? file : place;
  return new UserError(`${where}: the transform failed while it was loaded: ${messageOf(error)}`);
}
