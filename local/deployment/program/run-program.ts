import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { REPOSITORY } from "../../run/build-function.ts";
import { loaderEnvironment } from "../../run/loader.ts";

/** Where the program runs: paths of its assets are relative to it. */
export const PROGRAM_FOLDER = join(REPOSITORY, setting("main"));

/** `key: value` of Pulumi.yaml, without quotes. */
function setting(key: string): string {
  const file = readFileSync(join(REPOSITORY, "Pulumi.yaml"), "utf8");
  const value = new RegExp(`^\\s*${key}: "?([^"\\n]*)"?$`, "m").exec(file)?.[1];
  if (value === undefined) throw new Error(`Pulumi.yaml has no ${key}`);
  return value;
}

/**
 * Runs the program as the language host does: in the folder `main` names, with the options of the
 * runtime.
 */
export async function runProgram(
  address: string,
  config: Readonly<Record<string, string>>,
  stack = "dev",
): Promise<{ readonly code: number | null; readonly output: string }> {
  const folder = PROGRAM_FOLDER;
  const child = spawn(
    process.execPath,
    [
      ...setting("nodeargs").split(" "),
      join(REPOSITORY, "node_modules/@pulumi/pulumi/cmd/run"),
      `--monitor=${address}`,
      `--engine=${address}`,
      "--project=mixpanel-gcp",
      `--stack=${stack}`,
      `--root-directory=${REPOSITORY}`,
      `--pwd=${folder}`,
      ".",
    ],
    {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        NODE_COMPILE_CACHE: loaderEnvironment()["NODE_COMPILE_CACHE"],
        PULUMI_CONFIG: JSON.stringify(config),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(["mixpanel-gcp:mixpanelToken"]),
        PULUMI_NODEJS_TYPESCRIPT: setting("typescript"),
      },
    },
  );
  const exit = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await exit) as [number | null];
  return { code, output: stdout + stderr };
}
