import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { REPOSITORY } from "./bundle.ts";

const COMPILER = join(REPOSITORY, "node_modules/assemblyscript/bin/asc.js");
const SOURCE = join(REPOSITORY, "functions/scan/assembly/lines.ts");
const MODULE = join(REPOSITORY, "functions/scan/module.ts");
const TEXT = join(REPOSITORY, "functions/scan/scanner.wat");

/**
 * Pages of 64 KiB: what `layout.ts` lays out ends within the last one. Memory that cannot grow is
 * never moved.
 */
const PAGES = "29";
const OPTIONS = [
  ...["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd"],
  ...["--initialMemory", PAGES, "--maximumMemory", PAGES],
];

/**
 * The compiled scanner: what runs, and the same as text
 * (https://webassembly.github.io/spec/core/text/) to read.
 */
export interface CompiledScanner {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Compiles functions/scan/assembly (AssemblyScript, https://www.assemblyscript.org) to WebAssembly.
 * The same sources give the same bytes.
 *
 * @throws Error with what the compiler says
 */
export function compileScanner(): CompiledScanner {
  const folder = mkdtempSync(join(tmpdir(), "scanner-"));
  const binary = join(folder, "scanner.wasm");
  const text = join(folder, "scanner.wat");
  const outputs = ["--outFile", binary, "--textFile", text];
  try {
    // A process of its own: the compiler's types would change those of the whole program.
    // From here on, wherever it is called: the text names files by their paths from there.
    execFileSync(process.execPath, [COMPILER, SOURCE, ...outputs, ...OPTIONS], {
      cwd: REPOSITORY,
    });
    return { bytes: readFileSync(binary), text: readFileSync(text, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The text of functions/scan/module.ts: as a text the module can be bundled, and imported from
 * source.
 */
export function scannerModule({ bytes }: CompiledScanner): string {
  const base64 = Buffer.from(bytes).toString("base64");
  const lines = base64.match(/.{1,92}/g) ?? [];
  return [
    "/** Compiled from assembly/ by `npm run build:scanner`, as Base64; a test compares. */",
    "export const SCANNER =",
    `${lines.map((line) => `  "${line}"`).join(" +\n")};`,
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const compiled = compileScanner();
  writeFileSync(MODULE, scannerModule(compiled));
  writeFileSync(TEXT, compiled.text);
}
