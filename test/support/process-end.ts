import { until } from "./until.ts";

/** Whether a process is there; a zombie that nobody has collected yet is not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const { readFile } = await import("node:fs/promises");
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") R");
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}

/** Resolves when the process is gone. @throws Error when it is still there after `withinMs` */
export async function processEnd(pid: number, withinMs = 10_000): Promise<void> {
  await until(async () => !(await isRunning(pid)), `the end of process ${pid}`, withinMs);
}
