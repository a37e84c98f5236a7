import { formatTable } from "../../cli/terminal/table.ts";
import type { ObjectResult } from "./run-cases.ts";

const HEADINGS = [
  "objects",
  "× gzip -1",
  "CPU s",
  "wall s",
  "MB/s",
  "records/s",
  "peak MB",
  "requests",
  "wire MB",
];

/** Ratios first: absolute figures are of this machine and moment. */
export function objectsTable(results: readonly ObjectResult[]): string {
  const rows = results.map(({ name, run, timesGzip, lineBytes, records, peakMemoryBytes }) => {
    const { cpuSeconds, wallSeconds } = run.usage;
    return [
      name,
      timesGzip.toFixed(2),
      cpuSeconds.toFixed(2),
      wallSeconds.toFixed(1),
      (lineBytes / 1e6 / wallSeconds).toFixed(0),
      (records / wallSeconds).toFixed(0),
      (peakMemoryBytes / 1e6).toFixed(0),
      String(run.mixpanel.requests),
      (run.mixpanel.wireBytes / 1e6).toFixed(0),
    ];
  });
  return formatTable([HEADINGS, ...rows], ["left", "right"]);
}
