import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

import type { EntryPoint } from "../../functions/settings.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import type { LogLine } from "./log-lines.ts";
import { parseLogLine, readLines } from "./log-lines.ts";
import type { ProcessUsage } from "./process-usage.ts";
import { readProcessUsage } from "./process-usage.ts";
import { startupFailure } from "./startup-failure.ts";

export interface FunctionOptions {
  readonly entryPoint: EntryPoint;
  /** Folder of the built bundle. */
  readonly source: string;
  /** All the function sees, besides PATH, HOME, NODE_ENV and what the platform sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** @default 0, any free port */
  readonly port?: number;
  /** Options of node itself, e.g. `--max-old-space-size=256`. */
  readonly nodeOptions?: readonly string[];
  /** Folder for a CPU profile, written when the function is stopped. */
  readonly cpuProfileFolder?: string;
  /** Called with every line it logs, from the first on. */
  readonly onLine?: (line: LogLine) => void;
}

/** How a process ended: its exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface FunctionProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** The end of what it printed on stderr, at most 64 KiB. */
  stderr(): string;
  /** Undefined where /proc does not exist; the last figures known once it was stopped. */
  usage(): ProcessUsage | undefined;
  /**
   * Asks it to end (SIGTERM) and insists after `graceMs` (SIGKILL). @default 10 s, as the platform
   */
  stop(graceMs?: number): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): void;
}

const MAX_STDERR_CHARACTERS = 64 * 1024;
/** https://cloud.google.com/run/docs/container-contract#instance-shutdown. */
const STOP_GRACE_MS = 10_000;
const PRELOAD = fileURLToPath(new URL("listen-on-loopback.cjs", import.meta.url));

/**
 * Runs the built bundle under the functions framework in a process of its own, as the platform
 * does, but on loopback only. It ends with this process, however that ends.
 *
 * @throws UserError with what the function logged and printed when it ends before it listens
 */
export async function startFunction(options: FunctionOptions): Promise<FunctionProcess> {
  const { entryPoint, source } = options;
  if (!existsSync(path.join(source, "index.js")))
    throw new UserError(`There is no built function in ${source}. Run: npm run build`);
  const child = spawnFramework(options);
  const { stderr, lastError } = collect(child, options.onLine);
  // One that is busy does not see that its parent is gone.
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  const exited = new Promise<Exit>((resolve) => {
    // "close", not "exit": only then everything it printed has been read.
    child.once("close", (code, signal) => {
      process.off("exit", end);
      resolve({ code, signal });
    });
  });
  const port = await Promise.race([listening(child), exited]);
  if (typeof port !== "number") {
    const printed = [lastError(), startupFailure(stderr())].filter((text) => text !== "");
    if (printed.length === 0) printed.push(`It ended with ${describeExit(port)}.`);
    throw new UserError(`${entryPoint} did not start. ${printed.join("\n")}`);
  }
  return { ...controls(child, exited), url: `http://127.0.0.1:${port}`, port, exited, stderr };
}

/** `code 1`, `signal SIGKILL`. */
export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `code ${code ?? "unknown"}` : `signal ${signal}`;
}

function spawnFramework(options: FunctionOptions): ChildProcess {
  const { entryPoint, source, nodeOptions = [], cpuProfileFolder } = options;
  const profiling =
    cpuProfileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${cpuProfileFolder}`];
  const target = ["--target", entryPoint, "--signature-type", "http"];
  return spawn(
    process.execPath,
    [
      ...nodeOptions,
      ...profiling,
      "--require",
      PRELOAD,
      frameworkMain(),
      "--source",
      source,
      ...target,
    ],
    {
      env: environmentOf(options),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A group of its own: Ctrl-C goes to this process, which stops the function in its turn.
      detached: true,
    },
  );
}

/**
 * https://cloud.google.com/run/docs/container-contract#env-vars: what the platform sets by itself.
 */
function environmentOf({ entryPoint, environment, port = 0 }: FunctionOptions) {
  const { PATH = "", HOME = "" } = process.env;
  return {
    PATH,
    HOME,
    NODE_ENV: "production",
    FUNCTION_TARGET: entryPoint,
    K_SERVICE: entryPoint.toLowerCase(),
    ...environment,
    PORT: String(port),
  };
}

/** The framework's command line, beside its main module (the package exports neither). */
function frameworkMain(): string {
  const main = createRequire(import.meta.url).resolve("@google-cloud/functions-framework");
  return path.join(path.dirname(main), "main.js");
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.on("message", (message: unknown) => {
      if (typeof message !== "object" || message === null || !("port" in message)) return;
      if (typeof message.port === "number") resolve(message.port);
    });
  });
}

/**
 * Severities of errors:
 * https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity.
 */
const ERROR_SEVERITIES = new Set(["ERROR", "CRITICAL", "ALERT", "EMERGENCY"]);

function collect(
  child: ChildProcess,
  onLine: (line: LogLine) => void = () => undefined,
): { stderr: () => string; lastError: () => string } {
  let tail = "";
  let lastError = "";
  if (child.stdout)
    readLines(child.stdout, (text) => {
      const line = parseLogLine(text);
      if (ERROR_SEVERITIES.has(line.severity)) lastError = line.message;
      onLine(line);
    });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    tail = (tail + text).slice(-MAX_STDERR_CHARACTERS);
  });
  return { stderr: () => tail, lastError: () => lastError };
}

function controls(child: ChildProcess, exited: Promise<Exit>) {
  const pid = child.pid ?? 0;
  let lastUsage: ProcessUsage | undefined;
  const usage = (): ProcessUsage | undefined => {
    lastUsage = readProcessUsage(pid) ?? lastUsage;
    return lastUsage;
  };
  const stop = async (graceMs = STOP_GRACE_MS): Promise<void> => {
    usage();
    child.kill("SIGTERM");
    const insist = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(insist);
  };
  return { pid, usage, stop, kill: () => void child.kill("SIGKILL") };
}
