import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What is running: the product's version, and the hash of the deployed archive ("" when it is not
 * deployed).
 */
export interface Version {
  readonly version: string;
  readonly code: string;
}

let cached: Version | undefined;

/**
 * Reads the `package.json` beside the bundle, which the build writes; of the sources, the
 * repository's own.
 */
export function readVersion(): Version {
  cached ??= parseManifest(import.meta.dirname);
  return cached;
}

function parseManifest(folder: string): Version {
  for (const path of [join(folder, "package.json"), join(folder, "../..", "package.json")]) {
    try {
      const manifest = JSON.parse(readFileSync(path, "utf8")) as Partial<Version>;
      return { version: manifest.version ?? "", code: manifest.code ?? "" };
    } catch {
      continue;
    }
  }
  return { version: "", code: "" };
}
