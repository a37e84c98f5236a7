/**
 * How the commands start. Plain JavaScript that runs on any Node: the sources are TypeScript and
 * need a loader, which is registered here rather than by `--import tsx`, so that it works in any
 * folder, and so that a missing loader is told in words.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MINIMUM_NODE = 22;
const loader = fileURLToPath(new URL("../node_modules/tsx", import.meta.url));
const ownNode = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));

/**
 * Imports a TypeScript file.
 *
 * @param program absolute path of the JavaScript file that calls this
 * @param load imports the TypeScript file
 */
export async function start(program, load) {
  if (Number.parseInt(process.versions.node, 10) < MINIMUM_NODE && existsSync(ownNode)) {
    runUnder(ownNode, program);
  } else if (existsSync(loader)) {
    const { register } = await import("tsx/esm/api");
    register();
    await load();
  } else {
    process.stderr.write("The dependencies are not installed. Run: npm ci\n");
    process.exitCode = 1;
  }
}

/**
 * npm installs the Node the functions run on (package.json, optionalDependencies): an older one
 * steps aside.
 */
function runUnder(node, program) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches the child from the terminal by itself; this process only has to outlive it.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("close", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}
