import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";

const REMOVAL = { recursive: true, force: true } as const;

/**
 * A new folder that is removed after the test, or, where something writes into it that only a later
 * hook ends, when the process ends: a hook that fails would keep the later ones from being run.
 */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-test-"));
  t.after(() =>
    rm(folder, REMOVAL).catch(() => {
      process.once("exit", () => {
        rmSync(folder, REMOVAL);
      });
    }),
  );
  return folder;
}
