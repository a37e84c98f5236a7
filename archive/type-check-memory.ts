import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const NODE_MODULES = join(dirname(import.meta.dirname), "node_modules");
/** Where tools keep what they can do without; gone with the next installation. */
const FOLDER = join(NODE_MODULES, ".cache/mixpanel-gcp");
/** npm writes it at every installation: with other packages, other types. */
const INSTALLED = join(NODE_MODULES, ".package-lock.json");
/** Changes whenever what is checked does. */
const VERSION = 1;

/** Whether the transform had no type errors when it and all it imports were what they are now. */
export function wasChecked(file: string): boolean {
  try {
    const [known, ...inputs] = JSON.parse(readFileSync(memoryOf(file), "utf8")) as string[];
    return known === digestOf(inputs);
  } catch {
    return false;
  }
}

/** @param inputs absolute paths of all files that the verdict depends on */
export function rememberChecked(file: string, inputs: readonly string[]): void {
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(memoryOf(file), JSON.stringify([digestOf(inputs), ...inputs]));
  } catch {
    // Where nothing can be written it is checked again the next time.
  }
}

function memoryOf(file: string): string {
  const name = createHash("sha256").update(file).digest("hex").slice(0, 16);
  return join(FOLDER, `types-${name}.json`);
}

/** @throws Error when one of them cannot be read */
function digestOf(inputs: readonly string[]): string {
  const hash = createHash("sha256").update(String(VERSION));
  for (const input of [INSTALLED, ...inputs]) {
    const bytes = readFileSync(input);
    hash.update(`\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}
