import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { BuildFailure, Plugin } from "esbuild";
import { build } from "esbuild";

import { messageOf } from "../functions/platform/errors.ts";
import type { Transform } from "../functions/event/transform-contract.ts";
import { UserError } from "../functions/platform/user-error.ts";

const REPOSITORY = fileURLToPath(new URL("..", import.meta.url));
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
  const code = await bundle(file);
  const exported = await importCode(code, file);
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

async function bundle(file: string): Promise<string> {
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
      write: false,
      logLevel: "silent",
      plugins: [shareContract],
    });
    return outputFiles.map(({ text }) => text).join("");
  } catch (error) {
    if (isBuildFailure(error)) throw new UserError(describe(error));
    throw error;
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

async function importCode(code: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-transform-"));
  try {
    const target = path.join(folder, "transform.mjs");
    await writeFile(target, code);
    return (await import(pathToFileURL(target).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new UserError(`The transform ${file} failed while it was loaded: ${messageOf(error)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe({ errors }: BuildFailure): string {
  const lines = errors.map(({ location, text }) =>
    location === null
      ? text
      : `${path.resolve(REPOSITORY, location.file)}:${location.line}:${location.column + 1}: ${text}`,
  );
  return `The transform does not compile.\n${lines.join("\n")}`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}
