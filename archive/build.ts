import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { bundleFunction, REPOSITORY } from "./bundle.ts";

const USAGE = "Usage: npm run build [-- --transform FILE] [--out FOLDER] [--source-map]";

/**
 * Writes dist/function/ (or the folder of `--out`): byte for byte what `pulumi up` uploads. A
 * problem is one message on stderr; exit 2 for wrong usage, 1 for anything else.
 */
function build(args: string[]): void {
  const options = readOptions(args);
  if (options === undefined) return;
  try {
    const { files, code } = bundleFunction(options);
    writeFolder(options.out, files);
    const bytes = Buffer.byteLength(files["index.js"]);
    const name = relative(REPOSITORY, join(options.out, "index.js"));
    process.stdout.write(`${name}: ${bytes} bytes, code ${code}\n`);
  } catch (error) {
    fail(1, error instanceof Error ? error.message : String(error));
  }
}

interface BuildOptions {
  /** Absolute; undefined for the repository's own. */
  readonly transform: string | undefined;
  /** Absolute. */
  readonly out: string;
  readonly sourceMap: boolean;
}

/** The options given, their paths absolute; undefined after a wrong usage. */
function readOptions(args: string[]): BuildOptions | undefined {
  try {
    const options = {
      transform: { type: "string" },
      out: { type: "string" },
      "source-map": { type: "boolean" },
    } as const;
    const { transform, out, "source-map": sourceMap = false } = parseArgs({ args, options }).values;
    if (transform === "") throw new Error("--transform needs the path of a file.");
    if (out === "") throw new Error("--out needs the path of a folder.");
    return {
      transform: transform === undefined ? undefined : fromCaller(transform),
      out: out === undefined ? join(REPOSITORY, "dist/function") : fromCaller(out),
      sourceMap,
    };
  } catch (error) {
    fail(2, `${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return undefined;
  }
}

/**
 * npm runs scripts in the repository; a relative path means the folder the command was typed in.
 */
function fromCaller(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? process.cwd(), path);
}

/**
 * Leaves only `files` in the folder: what an earlier version wrote must not be uploaded or served.
 */
function writeFolder(folder: string, files: Readonly<Record<string, string>>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

function fail(exitCode: 1 | 2, message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}

build(process.argv.slice(2));
