import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * `npm run test:clients`: fetches the libraries that are too heavy for a development dependency
 * into a temporary folder, runs the test of the real clients with them, and removes them. Needs
 * `npm` and its registry.
 */
const CLIENTS = ["mixpanel-import@3.1.43"];
const TEST = join(import.meta.dirname, "real-clients.test.ts");

const folder = mkdtempSync(join(tmpdir(), "real-clients-"));
try {
  writeFileSync(join(folder, "package.json"), "{}");
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--save-exact"];
  const installed = spawnSync("npm", ["install", ...options, ...CLIENTS], {
    cwd: folder,
    stdio: "inherit",
  });
  process.exitCode =
    installed.status === 0
      ? spawnSync(process.execPath, ["--import", "tsx", "--test", TEST], {
          stdio: "inherit",
          env: { ...process.env, CLIENTS_FOLDER: folder },
        }).status
      : installed.status;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
