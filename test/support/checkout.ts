import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const NEEDED = [
  "archive",
  "check",
  "cli",
  "functions",
  "infra",
  "local",
  "package.json",
  "package-lock.json",
  "Pulumi.yaml",
];

/** A copy of the product in a folder of its own, so that its builds do not disturb other tests'. */
export interface Checkout {
  readonly folder: string;
  /** Runs `mixpanel-gcp` with these arguments until it ends. */
  run(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  start(args: readonly string[], options?: RunOptions): RunningCommand;
  /** Ids of all processes whose command line names this copy. */
  processes(): Promise<number[]>;
  remove(): Promise<void>;
}

export interface RunOptions {
  /** @default the copy */
  readonly cwd?: string;
  /** What comes on standard input; without it there is none. */
  readonly input?: string | Buffer;
}

export interface CommandResult {
  /** -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<CommandResult>;
  /** Resolves with the match as soon as what it printed, on either stream, matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Closes its standard output, as `head` does. */
  stopReading(): void;
  kill(signal: NodeJS.Signals): void;
}

/** Makes such a copy; dependencies are shared with the original. */
export async function copyCheckout(): Promise<Checkout> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-checkout-"));
  await Promise.all(
    NEEDED.map((name) =>
      cp(path.join(REPOSITORY, name), path.join(folder, name), { recursive: true }),
    ),
  );
  await symlink(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"));
  const start: Checkout["start"] = (args, { cwd = folder, input } = {}) =>
    startCommand([path.join(folder, "cli", "bin.js"), ...args], cwd, input);
  return {
    folder,
    start,
    run: (args, options) => start(args, options).ended,
    processes: () => processesNaming(folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function startCommand(
  args: readonly string[],
  cwd: string,
  input: string | Buffer | undefined,
): RunningCommand {
  const child = spawn(process.execPath, args, { cwd });
  // A command that fails at once reads nothing of it.
  child.stdin.on("error", () => undefined).end(input);
  const printed = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
      for (const look of waiting) look();
    });
  const ended = once(child, "close").then(() => ({ code: child.exitCode ?? -1, ...printed }));
  return {
    pid: child.pid ?? 0,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(printed.stdout) ?? pattern.exec(printed.stderr);
          if (match) resolve(match);
        };
        waiting.add(look);
        look();
        void ended.then(() => {
          look();
          reject(new Error(`It ended without printing ${String(pattern)}:\n${printed.stderr}`));
        });
      }),
    stopReading: () => {
      child.stdout.destroy();
    },
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

async function processesNaming(folder: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return pids.filter((_, index) => commands[index]?.includes(folder));
}
