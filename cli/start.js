/**
 * How the commands start. Plain JavaScript that runs on any Node: the sources are TypeScript and
 * may need a loader, which is registered here rather than by `--import tsx`, so that it works in
 * any folder, and so that missing dependencies are told in words.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
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
    await prepare(program);
    await load();
  } else {
    process.stderr.write("The dependencies are not installed. Run: npm ci\n");
    process.exitCode = 1;
  }
}

/**
 * Node's own stripping of types, with what it makes of them remembered, halves the time of every
 * command. Older versions of Node warn of it, and it is not done in packages that are installed:
 * there it is the loader. https://nodejs.org/api/typescript.html
 */
async function prepare(program) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const isStable = major > 24 || (major === 24 && minor >= 12);
  if (isStable && !program.includes("node_modules")) {
    module.enableCompileCache();
  } else {
    const { register } = await import("tsx/esm/api");
    register();
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
