import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What a command used. */
export interface CommandUsage {
  /** User and system time of the command and all it started. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** Prints the times of the shell, and in a second line those of its children. */
const AND_TIMES = " >/dev/null || exit; times";

/**
 * Runs a command of the shell and tells what it used. Its output is thrown away.
 *
 * @throws Error when it fails
 */
export async function measureCommand(
  command: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandUsage> {
  const startedAt = performance.now();
  const { stdout } = await promisify(execFile)("sh", ["-c", `{ ${command}\n}${AND_TIMES}`], {
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  const wallSeconds = (performance.now() - startedAt) / 1000;
  return { cpuSeconds: cpuSecondsIn(stdout), wallSeconds };
}

/**
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#times: `0m0.00s
 * 0m0.00s`, twice.
 */
function cpuSecondsIn(times: string): number {
  const [, , user, system] = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
  );
  return (user ?? 0) + (system ?? 0);
}
