import type { StdioOptions } from "node:child_process";
import { spawn } from "node:child_process";
import os from "node:os";

import { LOADER } from "../../local/run/loader.ts";

/** What a step begins with that runs beside the others. */
const BESIDE = "& ";

interface Outcome {
  readonly code: number;
  /** Empty when it was printed as it came. */
  readonly output: string;
}

/**
 * Runs steps one after the other until one fails, the last one with arguments. Steps that begin
 * with `& ` run beside them, one after the other too: types and lint take what tests that wait
 * leave of the processors. What such a step says is printed when everything has ended, and only if
 * it failed; the others run to their end then, so that nobody waits twice to hear of both.
 *
 * @param steps programs, or TypeScript files, with arguments, separated by spaces
 * @returns the exit code: that of the first step that failed
 */
export async function runSteps(steps: readonly string[], args: readonly string[]): Promise<number> {
  const isBeside = (step: string): boolean => step.startsWith(BESIDE);
  const [code, failed] = await Promise.all([
    runInOrder(
      steps.filter((step) => !isBeside(step)),
      args,
    ),
    runBeside(steps.filter(isBeside).map((step) => step.slice(BESIDE.length))),
  ]);
  for (const { output } of failed) process.stderr.write(output);
  return code === 0 ? (failed[0]?.code ?? 0) : code;
}

async function runInOrder(steps: readonly string[], args: readonly string[]): Promise<number> {
  for (const [index, step] of steps.entries()) {
    const { code } = await runStep(step, index === steps.length - 1 ? args : [], "inherit");
    if (code !== 0) return code;
  }
  return 0;
}

/** The failures, each of which is told at once in a line. */
async function runBeside(steps: readonly string[]): Promise<readonly Outcome[]> {
  const failed: Outcome[] = [];
  for (const step of steps) {
    const { code, output } = await runStep(step, [], ["ignore", "pipe", "pipe"]);
    if (code === 0) continue;
    process.stderr.write(`\`${step}\` failed; what it says follows when all is done.\n`);
    failed.push({ code, output: `\n\`${step}\` failed:\n${output}` });
  }
  return failed;
}

function runStep(step: string, args: readonly string[], stdio: StdioOptions): Promise<Outcome> {
  const [program = "", ...given] = step.split(" ");
  const isSource = program.endsWith(".ts");
  const command = isSource ? process.execPath : program;
  const own = isSource ? [...LOADER, program, ...given] : given;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...own, ...args], { stdio });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    // Ctrl-C reaches the child from the terminal by itself; this process has to outlive it.
    const ignore = (): void => undefined;
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on("SIGINT", ignore).on("SIGTERM", pass).on("SIGHUP", pass);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", ignore).off("SIGTERM", pass).off("SIGHUP", pass);
      // https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html
      resolve({ code: signal === null ? (code ?? 1) : 128 + os.constants.signals[signal], output });
    });
  });
}
