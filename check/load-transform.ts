import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { Plugin } from "esbuild";
import { build } from "esbuild";

import { describeBuildFailure, isBuildFailure } from "../archive/build-failure.ts";
import { messageOf } from "../functions/platform/errors.ts";
import type { Transform } from "../functions/event/transform-contract.ts";
import { UserError } from "../functions/platform/user-error.ts";
import { errorPlace } from "./locate-errors.ts";

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
 * @throws UserError when it does not compile (with file, line and column), fails while it is
 *   loaded, or exports no
 *   function `transform`
 */
export async function loadTransform(file: string): Promise<Transform> {
  const exported = await importBundle(file);
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
      format: "esm",
      // The functions are CommonJS, where it does not exist.
      supported: { "top-level-await": false },
      banner: { js: REQUIRE },
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

/**
 * CommonJS packages in the bundle ask for Node's own modules with a `require` that an ES module
 * lacks.
 */
const REQUIRE =
  'import { createRequire as mixpanelGcpRequire } from "node:module"; globalThis.require ??= mixpanelGcpRequire(import.meta.url);';

/** `identity` is recognised by reference, so a bundle must not bring its own. */
const shareContract: Plugin = {
  name: "share-contract",
  setup: (bundler) => {
    bundler.onResolve({ filter: /transform-contract\.ts$/ }, ({ path: imported, resolveDir }) =>
      path.resolve(resolveDir, imported) === CONTRACT
        ? { path: pathToFileURL(CONTRACT).href, external: true }
        : undefined,
    );
  },
};

async function importBundle(file: string): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-transform-"));
  try {
    const target = path.join(folder, "transform.mjs");
    await writeFile(target, await bundle(file, target));
    return await importFile(target, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importFile(
  target: string,
  file: string,
): Promise<Readonly<Record<string, unknown>>> {
  // So that stacks name the user's files and lines.
  process.setSourceMapsEnabled(true);
  const handleAgain = interruptAtOnce();
  try {
    return (await import(pathToFileURL(target).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const place = error instanceof Error ? errorPlace(error, { file, repository: REPOSITORY }) : "";
    const where = place === "" ? file : place;
    throw new UserError(`${where}: the transform failed while it was loaded: ${messageOf(error)}`);
  } finally {
    handleAgain();
  }
}

/** Code that does not return would keep whoever handles Ctrl-C from being told of it. */
function interruptAtOnce(): () => void {
  const listeners = process.listeners("SIGINT");
  process.removeAllListeners("SIGINT");
  return () => {
    for (const listener of listeners) process.on("SIGINT", listener);
  };
}
