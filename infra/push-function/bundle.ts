import { bundleFunction, type FunctionBundle } from "../../archive/bundle.ts";
import { orRunError } from "../configuration/run-error.ts";

const bundles = new Map<string, FunctionBundle>();

/**
 * The archive with the transform at `transform` ("" for the repository's own), built once in a program, however
 * many components it has.
 *
 * @throws pulumi.RunError when it cannot be bundled
 */
export function functionBundle(transform: string): FunctionBundle {
  const known = bundles.get(transform);
  if (known !== undefined) return known;
  const bundle = orRunError(() => bundleFunction({ transform }));
  bundles.set(transform, bundle);
  return bundle;
}
