#!/usr/bin/env node
/**
 * Starts the command line. Plain JavaScript that runs on any Node: the sources are TypeScript and
 * need a loader, which is registered here rather than by `--import tsx`, so that the command works
 * in any folder.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MINIMUM_NODE = 22;
const dependencies = fileURLToPath(new URL("../node_modules/tsx", import.meta.url));
const ownNode = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));

if (Number.parseInt(process.versions.node, 10) < MINIMUM_NODE && existsSync(ownNode)) {
  runUnder(ownNode);
} else if (existsSync(dependencies)) {
  const { register } = await import("tsx/esm/api");
  register();
  await import("./main.ts");
} else {
  process.stderr.write("The dependencies are not installed. Run: npm ci\n");
  process.exitCode = 1;
}

/**
 * npm installs the Node the functions run on (package.json, optionalDependencies): an older one
 * steps aside.
 */
function runUnder(node) {
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: "inherit" });
  // Ctrl-C reaches the child from the terminal by itself; this process only has to outlive it.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("close", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}
