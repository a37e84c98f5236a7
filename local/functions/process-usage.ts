import { readFileSync } from "node:fs";

/** What a process has used so far. */
export interface ProcessUsage {
  /** User and system time. */
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
}

/**
 * Ticks per second in /proc: USER_HZ is 100 on every architecture Node runs on (proc(5), times(2)).
 */
const CLOCK_TICKS = 100;

/** Reads /proc; undefined where there is none, and when the process is gone. */
export function readProcessUsage(pid: number): ProcessUsage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name, in parentheses, may hold spaces: fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    if (peak === null) return undefined;
    return { cpuSeconds: ticks / CLOCK_TICKS, peakMemoryBytes: Number(peak[1]) * 1024 };
  } catch {
    return undefined;
  }
}
