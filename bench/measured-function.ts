import { execFile } from "node:child_process";
import { promisify } from "node:util";

import {
  startFunction,
  type FunctionOptions,
  type FunctionProcess,
} from "../local/functions/function-process.ts";

/** What a function used between two moments. */
export interface Usage {
  /** User and system time of the function's process alone. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Since the process started. */
  readonly peakMemoryBytes: number;
}

export interface MeasuredFunction extends FunctionProcess {
  /** From now on all its threads share one core, as an instance of 1 vCPU. @throws Error */
  keepToOneCore(): Promise<void>;
  /** Runs `work` and tells what the function used meanwhile. */
  measure<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly usage: Usage }>;
}

/**
 * Starts a function in a process of its own and reads what that process uses from /proc (Linux
 * only).
 */
export async function startMeasuredFunction(options: FunctionOptions): Promise<MeasuredFunction> {
  const started = await startFunction(options);
  const usageNow = () => {
    const usage = started.usage();
    if (usage === undefined) throw new Error("Usage of processes can be read on Linux only.");
    return usage;
  };
  return {
    ...started,
    keepToOneCore: async () => {
      // https://man7.org/linux/man-pages/man1/taskset.1.html
      const of = ["--all-tasks", "--cpu-list", "--pid", "0", String(started.pid)];
      await promisify(execFile)("taskset", of);
    },
    measure: async (work) => {
      const before = usageNow();
      const startedAt = performance.now();
      const result = await work();
      const wallSeconds = (performance.now() - startedAt) / 1000;
      const { cpuSeconds, peakMemoryBytes } = usageNow();
      const usage = { cpuSeconds: cpuSeconds - before.cpuSeconds, wallSeconds, peakMemoryBytes };
      return { result, usage };
    },
  };
}
