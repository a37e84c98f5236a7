import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Fence } from "./fences.ts";

/** What npm would do for minutes, or what needs the network: only that there is such a script. */
const NOT_RUN = ["npm ci", "npm ci --prefix ../mixpanel-gcp", "npm test", "npm run check"];
/** Needs Java and Google's emulator; test/cli/local-emulator.test.ts runs it where they are. */
const RUN_ELSEWHERE = ["npm run local -- --pubsub-emulator"];
const TIMEOUT_MS = 400_000;

/** How the commands of a page ended. */
export interface PageRun {
  readonly code: number | null;
  /** What they printed, on both streams. */
  readonly output: string;
  /** Calls of programs that are not run here, such as `["pulumi", "up"]`. */
  readonly calls: readonly (readonly string[])[];
}

/** Ends what the page left running with `&`. */
const END_JOBS = "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT";

/**
 * Stands in for `pulumi`, `gcloud` and `git`: notes the call, prints something. `npm` and `npx` are
 * run, unless they are in a list above; what stays until Ctrl-C gets it once it is up, or, behind
 * `&` (where bash has it ignore Ctrl-C), when it is killed: npx would end alone. Only what stays
 * goes through npx itself.
 */
const STAND_IN = String.raw`#!/usr/bin/env bash
name="$(basename "$0")"
note() { printf '%s\x1f' "$name" "$@" >> "$SANDBOX/calls"; printf '\x1e' >> "$SANDBOX/calls"; }
export PATH="${"$"}{PATH//"$SANDBOX/bin:"/}"
# As the real one: who writes into the pipe of a program that is gone fails.
[[ "$name $*" == "pulumi config set --secret"* && -p /dev/stdin ]] && cat > /dev/null
case "$name $*" in
  "pulumi stack output bucketUrl"*) note "$@"; echo gs://stand-in; exit ;;
  pulumi*|gcloud*|git*) note "$@"; echo stand-in; exit ;;
esac
if grep -qxF -- "$name $*" "$SANDBOX/not-run"; then note "$@"; exit; fi
case " $* " in *" --help "*) ;; *" --keep "*|*" simulator "*) stays=yes ;; esac
export PATH="$SANDBOX/bin:$PATH"
# npm looks through all of node_modules before it finds this: twice the work of the command itself.
if [ "$name $1 $2 $stays" = "npx --no mixpanel-gcp " ]; then
  npm_lifecycle_event=npx exec node "$SANDBOX/mixpanel-gcp/cli/bin.js" "${"$"}{@:3}"
fi
real="$(PATH="${"$"}{PATH//"$SANDBOX/bin:"/}" command -v "$name")"
[ "$stays" = yes ] || exec "$real" "$@"
set -m
if [[ "$(trap -p INT)" == *"''"* ]]; then
  "$real" "$@" &
  trap 'kill -INT -- -$!; wait $!; exit' TERM
  wait $!
  exit
fi
"$real" "$@" > "$SANDBOX/stays" 2>&1 &
until grep -qE 'Ctrl-C|Token:' "$SANDBOX/stays"; do
  kill -0 $! 2> /dev/null || break
  sleep 0.1
done
kill -INT -- -$!
wait $!
code=$?
cat "$SANDBOX/stays"
[ $code = 130 ] || exit $code
`;

/**
 * Runs all `sh` blocks of a page as one script, in the clone in `folder`; blocks that are files are
 * written before. A command that fails ends it.
 */
export async function runPage(folder: string, fences: readonly Fence[]): Promise<PageRun> {
  const clone = path.join(folder, "mixpanel-gcp");
  await writeStandIns(folder);
  for (const { file, lines } of fences)
    if (file !== undefined) await writeFile(path.join(clone, file), `${lines.join("\n")}\n`);
  await writeFile(path.join(folder, "script"), scriptOf(fences));
  const env = {
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    PATH: `${path.join(folder, "bin")}:${path.dirname(process.execPath)}:${process.env["PATH"]}`,
    HOME: folder,
    SANDBOX: folder,
    // Not even by mistake.
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
  };
  const script = `${END_JOBS}\nsource ${path.join(folder, "script")}`;
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    cwd: clone,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output, calls: await readCalls(folder) };
}

async function writeStandIns(folder: string): Promise<void> {
  await mkdir(path.join(folder, "bin"));
  for (const name of ["pulumi", "gcloud", "git", "npm", "npx"])
    await writeFile(path.join(folder, "bin", name), STAND_IN, { mode: 0o755 });
  await writeFile(path.join(folder, "not-run"), [...NOT_RUN, ...RUN_ELSEWHERE].join("\n"));
  await writeFile(path.join(folder, "calls"), "");
}

/** Commands are on the lines they have on the page, where messages of bash find them. */
function scriptOf(fences: readonly Fence[]): string {
  const script: string[] = [];
  for (const { lines, firstLine } of fences.filter(({ language }) => language === "sh")) {
    while (script.length < firstLine - 1) script.push("");
    script.push(...lines);
  }
  return `${script.join("\n")}\n`;
}

async function readCalls(folder: string): Promise<string[][]> {
  const text = await readFile(path.join(folder, "calls"), "utf8");
  return text
    .split("\x1e")
    .slice(0, -1)
    .map((call) => call.split("\x1f").slice(0, -1));
}
