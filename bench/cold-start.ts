import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

import { median } from "./median.ts";

/** How an instance starts. */
export interface ColdStart {
  /** Loading the bundle when the functions framework is loaded already: medians. */
  readonly loadMs: number;
  readonly frameworkMs: number;
  readonly bundleBytes: number;
}

/** Takes the paths of the framework and of the bundle; prints the milliseconds of loading each. */
const PROBE = `
const { performance } = require("node:perf_hooks");
const start = performance.now();
require(process.argv[1]);
const between = performance.now();
require(process.argv[2]);
const end = performance.now();
process.stdout.write(JSON.stringify([between - start, end - between]));
process.exit(0);`;

/** Loads the bundle in `runs` processes, one after the other. */
export async function measureColdStart(folder: string, runs: number): Promise<ColdStart> {
  const bundle = path.join(folder, "index.js");
  // Its server and all that it takes, which its command line loads before the function.
  const main = createRequire(import.meta.url).resolve("@google-cloud/functions-framework");
  const framework = path.join(path.dirname(main), "server.js");
  const times: (readonly [number, number])[] = [];
  for (let run = 0; run < runs; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "-e",
      PROBE,
      framework,
      bundle,
    ]);
    // The one cast of this file: the probe above printed it.
    times.push(JSON.parse(stdout) as [number, number]);
  }
  return {
    loadMs: median(times.map(([, load]) => load)),
    frameworkMs: median(times.map(([load]) => load)),
    bundleBytes: (await stat(bundle)).size,
  };
}
