import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { bundleFunction, type FunctionBundle, REPOSITORY } from "../../archive/bundle.ts";
import { requireTypes } from "../../archive/type-check.ts";
import { orRunError } from "../configuration/run-error.ts";

/** An archive whose files are on disk. */
export interface StoredBundle extends FunctionBundle {
  /** Absolute. */
  readonly folder: string;
}

const bundles = new Map<string, StoredBundle>();

/**
 * The archive with the transform at `transform` ("" for the repository's own), built and stored
 * once in a program, however many components it has.
 *
 * @throws pulumi.RunError when it cannot be bundled, or the transform has type errors
 */
export function functionBundle(transform: string): StoredBundle {
  const known = bundles.get(transform);
  if (known !== undefined) return known;
  const bundle = orRunError(() => {
    const made = bundleFunction({ transform });
    requireTypes(
      transform === "" ? join(REPOSITORY, "functions/transform.ts") : resolve(transform),
    );
    return store(made);
  });
  bundles.set(transform, bundle);
  return bundle;
}

/** By hash: two components with different transforms do not meet. */
function store(bundle: FunctionBundle): StoredBundle {
  const folder = join(REPOSITORY, "dist/stack", bundle.code);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(bundle.files)) writeFileSync(join(folder, name), text);
  return { ...bundle, folder };
}
