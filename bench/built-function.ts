import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { bundleFunction } from "../archive/bundle.ts";

/** A folder that the functions framework can serve. */
export interface ServedFolder {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * The functions as they are deployed, built into a folder of their own: nothing replaces them while
 * they run.
 */
export async function buildFunctionFolder(): Promise<ServedFolder> {
  return await writeFolder(bundleFunction().files);
}

/** The same with the transform of that file. */
export async function buildWithTransform(file: string): Promise<ServedFolder> {
  return await writeFolder(bundleFunction({ transform: file }).files);
}

/** A function of the given CommonJS code. */
export async function codeFolder(code: string): Promise<ServedFolder> {
  return await writeFolder({ "index.js": code, "package.json": '{"type":"commonjs"}' });
}

async function writeFolder(files: Readonly<Record<string, string>>): Promise<ServedFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-bench-"));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
