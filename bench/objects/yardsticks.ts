import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { startBucketServer } from "../../local/bucket/bucket-server.ts";
import { measureCommand, type CommandUsage } from "../command-usage.ts";

/** What others take for the same file. */
export interface Yardsticks {
  /** CPU seconds of each run of `gzip -1`. */
  readonly gzip: readonly number[];
  /** A process that reads the file over HTTP, range by range, and does nothing with it. */
  readonly bareRead: CommandUsage;
}

const BUCKET = "bench-landing";

/**
 * Takes the URL; the size; reads like the function: ranges of 4 MiB over one connection that is
 * kept.
 */
const READER = `
const http = require("node:http");
const agent = new http.Agent({ keepAlive: true });
const read = (at) => {
  const headers = { range: "bytes=" + at + "-" + (at + 4194303), "accept-encoding": "gzip" };
  http.get(process.argv[1], { agent, headers }, (response) => {
    response.on("data", (chunk) => { at += chunk.length; });
    response.on("end", () => (at < Number(process.argv[2]) ? read(at) : process.exit(0)));
  });
};
read(0);`;

/** CPU seconds of `gzip -1` on a file. */
export async function measureGzip(file: string): Promise<number> {
  return (await measureCommand(`gzip -1 -c "$FILE"`, { FILE: file })).cpuSeconds;
}

/** A bare read of a file from the local bucket; starting the process included. */
export async function measureBareRead(file: string, bytes: number): Promise<CommandUsage> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-bench-"));
  const bucket = await startBucketServer({ folder, buckets: [BUCKET] });
  try {
    await bucket.put(BUCKET, "events", file);
    return await measureCommand(`"$NODE" -e "$READER" "$URL" "$BYTES"`, {
      NODE: process.execPath,
      READER,
      URL: `${bucket.url}/b/${BUCKET}/o/events?alt=media`,
      BYTES: String(bytes),
    });
  } finally {
    await bucket.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
