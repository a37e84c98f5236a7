import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { REPOSITORY } from "./bundle.ts";

const COMPILER = join(REPOSITORY, "node_modules/assemblyscript/bin/asc.js");
const SOURCE = join(REPOSITORY, "functions/scan/assembly/lines.ts");
const MODULE = join(REPOSITORY, "functions/scan/module.ts");

/** Pages of 64 KiB: what `layout.ts` lays out ends within the last one. Memory that cannot grow is never moved. */
const PAGES = "25";
const OPTIONS = [
  ...["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd"],
  ...["--initialMemory", PAGES, "--maximumMemory", PAGES],
];

/**
 * Compiles functions/scan/assembly (AssemblyScript, https://www.assemblyscript.org) to WebAssembly. The same sources give
 * the same bytes.
 *
 * @throws Error with what the compiler says
 */
export function compileScanner(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "scanner-"));
  const file = join(folder, "scanner.wasm");
  try {
    // A process of its own: the compiler's types would change those of the whole program.
    execFileSync(process.execPath, [COMPILER, SOURCE, "--outFile", file, ...OPTIONS]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The text of functions/scan/module.ts: as a text the module can be bundled, and imported from source. */
export function scannerModule(compiled: Uint8Array): string {
  const base64 = Buffer.from(compiled).toString("base64");
  const lines = base64.match(/.{1,92}/g) ?? [];
  return [
    "/** Compiled from assembly/ by `npm run build:scanner`, as Base64; a test compares. */",
    "export const SCANNER =",
    `${lines.map((line) => `  "${line}"`).join(" +\n")};`,
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(MODULE, scannerModule(compileScanner()));
