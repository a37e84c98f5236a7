import { createHash } from "node:crypto";
import { join } from "node:path";

import { closureOf, readLockfile } from "./lockfile.ts";

/**
 * The one dependency of the archive: the platform starts `node_modules/.bin/functions-framework`.
 */
const FRAMEWORK = "@google-cloud/functions-framework";

const NAME = "mixpanel-gcp-function";

/** The manifests of the archive, as texts. */
export interface FunctionPackage {
  readonly packageJson: string;
  readonly packageLock: string;
  /** Hex SHA-256 of everything in the archive; also the `code` of package.json. */
  readonly code: string;
}

/**
 * Writes package.json and package-lock.json of the archive whose only code is `indexJs`. Versions
 * are those of the repository at `root`. Without a dependency on the framework the buildpack would
 * add another version of it, and without a lockfile its dependencies would float
 * (https://github.com/GoogleCloudPlatform/buildpacks/tree/main/cmd/nodejs/functions_framework).
 *
 * @throws Error when the repository's lockfile is missing something.
 */
export function packageFunction(root: string, indexJs: string): FunctionPackage {
  const packages = readLockfile(join(root, "package-lock.json"));
  const frameworkVersion = packages[`node_modules/${FRAMEWORK}`]?.version;
  const version = packages[""]?.version;
  if (frameworkVersion === undefined || version === undefined)
    throw new Error(`package-lock.json has no version of ${FRAMEWORK}. Run npm install.`);

  const dependencies = { [FRAMEWORK]: frameworkVersion };
  const engines = { node: "24" };
  const manifest = { name: NAME, version, private: true, type: "commonjs", main: "index.js" };
  const lock = {
    name: NAME,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: NAME, version, dependencies, engines },
      ...closureOf(FRAMEWORK, packages),
    },
  };
  const packageLock = toJson(lock);
  const withoutCode = { ...manifest, engines, dependencies };
  const code = hashOf([indexJs, packageLock, toJson(withoutCode)]);
  return { packageJson: toJson({ ...withoutCode, code }), packageLock, code };
}

/** Lengths go in too, so that no text can pass for the end of the one before it. */
function hashOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n${text}`);
  return hash.digest("hex");
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
