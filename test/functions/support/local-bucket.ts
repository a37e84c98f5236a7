import { after } from "node:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { GoogleApi } from "../../../functions/google/google-api.ts";
import { startBucketServer, type BucketServer } from "../../../local/bucket/bucket-server.ts";
import { createStorageApi } from "./google.ts";

export interface LocalBucket {
  readonly server: BucketServer;
  /** Access to it as the functions have it, with retries after milliseconds. */
  readonly google: GoogleApi;
}

/** The buckets `landing` and `receipts` on loopback, removed when the tests are over. */
export async function startLocalBucket(attemptTimeoutMs = 5000): Promise<LocalBucket> {
  const folder = await mkdtemp(join(tmpdir(), "local-bucket-"));
  const server = await startBucketServer({ folder, buckets: ["landing", "receipts"] });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { server, google: createStorageApi(server.url, attemptTimeoutMs) };
}

/** Object names with every awkward character, and of the greatest length. */
export const AWKWARD_NAMES: readonly string[] = [
  "plain.json",
  "dir/a b.json",
  "100%.json",
  "%2F.json",
  "a#b?c&d=e+f;g,h@i:j!k$l'm(n)o*p.json",
  '[x]{y}|\\^`<>"~.json',
  "ü-日本-🙂.json",
  "/leading",
  "a//b",
  "dot/./x",
  "up/../x",
  ".hidden",
  " space ",
  "tab\tname",
  "x".repeat(1024),
  "é".repeat(512),
];
