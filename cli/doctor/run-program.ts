import { execFile } from "node:child_process";
import path from "node:path";

import { REPOSITORY } from "../../check/load-transform.ts";

/** How a program ended. */
export interface ProgramResult {
  /** Exit code; undefined: it is not installed, or was ended. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly isMissing: boolean;
}

/** Runs a program to its end, in the repository. Never rejects. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  options: { readonly signal: AbortSignal; readonly env?: Readonly<Record<string, string>> },
) => Promise<ProgramResult>;

const MAX_OUTPUT_BYTES = 10_000_000;

/**
 * Programs as a shell would find them: npx puts the repository's own Node in front of the path,
 * which is not the one that Pulumi runs the program with.
 */
export const runProgram: RunProgram = (program, args, { signal, env }) => {
  const options = {
    cwd: REPOSITORY,
    signal,
    maxBuffer: MAX_OUTPUT_BYTES,
    env: env ?? { ...process.env, PATH: ownPath(), PULUMI_SKIP_UPDATE_CHECK: "true" },
  };
  return new Promise((resolve) => {
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      const isMissing = error !== null && "code" in error && error.code === "ENOENT";
      resolve({ code: child.exitCode ?? undefined, stdout, stderr, isMissing });
    });
    // A question nobody is there to respond to.
    child.stdin?.end();
  });
};

function ownPath(): string {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const isOfNpm = (folder: string) => /[\\/]node_modules[\\/](\.bin$|npm[\\/])/.test(folder);
  return folders.filter((folder) => !isOfNpm(folder)).join(path.delimiter);
}
