import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";

import { temporaryFolder } from "./temporary-folder.ts";

/** A folder as the build writes it, with `code` as the (CommonJS) bundle. */
export async function functionSource(t: TestContext, code: string): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeFile(path.join(folder, "index.js"), code);
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ type: "commonjs" }));
  return folder;
}
