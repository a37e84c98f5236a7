import { spawn } from "node:child_process";
import os from "node:os";

import { UserError } from "../../functions/platform/user-error.ts";
import { LOADER } from "../../local/run/loader.ts";
import { refuseSwallowed } from "../swallowed-options.ts";
import { asksForHelp, describeUsage, refuseUnknown } from "./script-arguments.ts";
import { USAGES } from "./usages.ts";

/**
 * Runs the steps of an npm script one after the other, the last one with what was typed behind it.
 * npm puts that behind the whole command: without this, `--help` would run the suite first, and an
 * unknown option would be told by a stack trace, or not at all.
 */
const NAME = process.env["npm_lifecycle_event"] ?? "";

try {
  process.exitCode = await runScript(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

async function runScript(argv: readonly string[]): Promise<number> {
  const end = argv.indexOf("--");
  const steps = argv.slice(0, end);
  const args = argv.slice(end + 1);
  const usage = USAGES[NAME];
  if (usage !== undefined) {
    if (asksForHelp(args)) {
      process.stdout.write(`${describeUsage(NAME, usage)}\n`);
      return 0;
    }
    const options = Object.keys(usage.options ?? {}).map((option) => option.split(" ")[0] ?? "");
    refuseSwallowed(options, process.env);
    refuseUnknown(NAME, usage, args);
  }
  for (const [index, step] of steps.entries()) {
    const code = await runStep(step, index === steps.length - 1 ? args : []);
    if (code !== 0) return code;
  }
  return 0;
}

/** @param step a program with arguments, or a TypeScript file with arguments */
function runStep(step: string, args: readonly string[]): Promise<number> {
  const [program = "", ...given] = step.split(" ");
  const isSource = program.endsWith(".ts");
  const command = isSource ? process.execPath : program;
  const own = isSource ? [...LOADER, program, ...given] : given;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...own, ...args], { stdio: "inherit" });
    // Ctrl-C reaches the child from the terminal by itself; this process has to outlive it.
    const ignore = (): void => undefined;
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on("SIGINT", ignore).on("SIGTERM", pass).on("SIGHUP", pass);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", ignore).off("SIGTERM", pass).off("SIGHUP", pass);
      // https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html
      resolve(signal === null ? (code ?? 1) : 128 + os.constants.signals[signal]);
    });
  });
}
