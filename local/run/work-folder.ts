import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";

/** Earlier runs kept, so that their receipts and dead letters can still be looked at. */
const KEPT_RUNS = 10;
const RUN_NAME = /^\d{4}-\d\d-\d\dT[\d-]+Z-(\d+)$/;

/**
 * Makes a new folder for one run in `root`, and removes the oldest ones.
 *
 * @returns its path
 */
export async function createWorkFolder(root: string): Promise<string> {
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const folder = path.join(root, `${time}-${process.pid}`);
  await mkdir(folder, { recursive: true });
  await removeOldRuns(root);
  return folder;
}

async function removeOldRuns(root: string): Promise<void> {
  const runs = (await readdir(root)).filter((name) => RUN_NAME.test(name)).sort();
  const old = runs.slice(0, -KEPT_RUNS).filter((name) => {
    const pid = pidOfRun(name);
    return pid === undefined || !isRunning(pid);
  });
  await Promise.all(old.map((name) => rm(path.join(root, name), { recursive: true, force: true })));
}

/** The process of the run whose folder has this name; undefined when it is no run's. */
export function pidOfRun(name: string): number | undefined {
  const pid = RUN_NAME.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Whether there is such a process: a run with `--keep` may be older than ten others. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
