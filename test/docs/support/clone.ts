import { cp, mkdtemp, readdir, rm, stat, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { REPOSITORY } from "../../../archive/bundle.ts";

const LEFT_OUT = new Set([".git", ".local", "bench/data", "dist", "node_modules"]);

/** A copy of this tree, beside which there is nothing. */
export interface Clone {
  /** The folder that the clone is in, as `mixpanel-gcp`. */
  readonly folder: string;
  /** Makes folder and clone what they were, for the next page: a copy takes seconds of CPU. */
  restore(): Promise<void>;
  remove(): Promise<void>;
}

export async function makeClone(): Promise<Clone> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-page-"));
  const clone = path.join(folder, "mixpanel-gcp");
  await cp(REPOSITORY, clone, {
    recursive: true,
    filter: (source) => !LEFT_OUT.has(path.relative(REPOSITORY, source)),
  });
  await symlink(path.join(REPOSITORY, "node_modules"), path.join(clone, "node_modules"));
  const before = await entriesOf(folder);
  return {
    folder,
    restore: async () => {
      const now = await entriesOf(folder);
      for (const entry of now.keys())
        if (!before.has(entry)) await rm(entry, { recursive: true, force: true });
      for (const [entry, changed] of before)
        if (now.get(entry) !== changed)
          await cp(path.join(REPOSITORY, path.relative(clone, entry)), entry, { force: true });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** All that is in the folder, with when a file was last written; 0 for what is no file. */
async function entriesOf(folder: string): Promise<ReadonlyMap<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Map(
    await Promise.all(
      entries.map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [file, entry.isFile() ? (await stat(file)).mtimeMs : 0] as const;
      }),
    ),
  );
}
