import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { REPOSITORY } from "../../../../archive/bundle.ts";

const run = promisify(execFile);

/** A client that is on this machine, or why its tests are skipped. */
export type InstalledClient =
  | { readonly folder: string; readonly skip: false }
  | { readonly folder: undefined; readonly skip: string };

/** Looks for a package of npm among the development dependencies and what was fetched. */
export function findNodeClient(name: string): InstalledClient {
  const folder = has(REPOSITORY, name) ? REPOSITORY : fetchedFolder(name);
  if (folder !== undefined) return { folder, skip: false };
  return { folder, skip: `${name} is not installed; \`npm run test:clients\` fetches it` };
}

/** Looks for one whose files a test changes, so that it has to be a copy of its own. */
export function findFetchedClient(name: string): InstalledClient {
  const folder = fetchedFolder(name);
  if (folder !== undefined) return { folder, skip: false };
  return { folder, skip: `${name} was not fetched; \`npm run test:clients\` does` };
}

/** Where `fetch-clients.ts` has put packages. */
function fetchedFolder(name: string): string | undefined {
  const folder = process.env["CLIENTS_FOLDER"];
  return folder !== undefined && has(folder, name) ? folder : undefined;
}

function has(folder: string, name: string): boolean {
  return existsSync(join(folder, "node_modules", name, "package.json"));
}

/** Looks for a package of Python, which nothing here installs. */
export async function findPythonClient(name: string): Promise<InstalledClient> {
  try {
    await run("python3", ["-c", `import ${name}`]);
    return { folder: REPOSITORY, skip: false };
  } catch {
    return { folder: undefined, skip: `python3 cannot import ${name}; \`pip install ${name}\`` };
  }
}
