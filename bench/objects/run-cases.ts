import { buildWithTransform } from "../built-function.ts";
import type { Certificate } from "../certificate.ts";
import { median } from "../median.ts";
import { measureObject, type ObjectRun } from "./measure-object.ts";
import { OBJECT_CASES, type ObjectCase } from "./object-cases.ts";
import { recordFile, type RecordFile } from "./record-file.ts";
import { measureGzip } from "./yardsticks.ts";

/** What a case came to: the run with the median CPU time, beside `gzip -1` of as many events. */
export interface ObjectResult {
  readonly name: string;
  readonly records: number;
  /** Of the records as lines, uncompressed. */
  readonly lineBytes: number;
  readonly run: ObjectRun;
  /** Highest of all runs. */
  readonly peakMemoryBytes: number;
  /**
   * Median CPU seconds of `gzip -1` of the events as lines, measured before each run and after the
   * last. Of updates of profiles: of as many bytes of events.
   */
  readonly gzipSeconds: number;
  readonly timesGzip: number;
  readonly faults: readonly string[];
}

export interface ObjectRunOptions {
  /** Folder of the built functions. */
  readonly source: string;
  readonly megabytes: number;
  readonly certificate: Certificate;
  /** Cases whose name holds this text. */
  readonly filter: string;
  readonly cpuProfileFolder?: string | undefined;
  readonly onStart: (name: string) => void;
}

/** Imports the files of all cases, one after the other. */
export async function runObjectCases(options: ObjectRunOptions): Promise<readonly ObjectResult[]> {
  const results: ObjectResult[] = [];
  for (const objectCase of OBJECT_CASES.filter(({ name }) => name.includes(options.filter))) {
    options.onStart(objectCase.name);
    const { transform } = objectCase;
    const built = transform === undefined ? undefined : await buildWithTransform(transform);
    const source = built?.folder ?? options.source;
    results.push(await runCase(objectCase, { ...options, source }));
    await built?.remove();
  }
  return results;
}

async function runCase(objectCase: ObjectCase, options: ObjectRunOptions): Promise<ObjectResult> {
  const { megabytes } = options;
  const file = await recordFile({ ...objectCase.file, megabytes });
  const plain = { ...objectCase.file, contents: "events", layout: "lines", megabytes } as const;
  const { path } = await recordFile(plain);
  const gzip = [await measureGzip(path)];
  const runs: ObjectRun[] = [];
  for (let run = 0; run < objectCase.runs; run++) {
    runs.push(await measureObject(objectCase, file, options));
    gzip.push(await measureGzip(path));
  }
  return summarise(objectCase.name, file, runs, median(gzip));
}

function summarise(
  name: string,
  { records, lineBytes }: RecordFile,
  runs: readonly ObjectRun[],
  gzipSeconds: number,
): ObjectResult {
  const cpuSeconds = median(runs.map(({ usage }) => usage.cpuSeconds));
  const run = runs.find(({ usage }) => usage.cpuSeconds === cpuSeconds);
  if (run === undefined) throw new Error("A case needs a run.");
  const peakMemoryBytes = Math.max(...runs.map(({ usage }) => usage.peakMemoryBytes));
  const faults = runs.flatMap((one) => one.faults);
  const timesGzip = cpuSeconds / gzipSeconds;
  return { name, records, lineBytes, run, peakMemoryBytes, gzipSeconds, timesGzip, faults };
}
