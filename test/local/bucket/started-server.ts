import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

import {
  startBucketServer,
  type BucketServer,
  type BucketServerOptions,
} from "../../../local/bucket/bucket-server.ts";

/** A folder that is removed when the test (or the file's tests) are over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bucket-"));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A server with the bucket `landing`, stopped when the tests are over. */
export async function startedServer(
  options: Partial<BucketServerOptions> = {},
): Promise<BucketServer> {
  const folder = options.folder ?? (await temporaryFolder());
  const server = await startBucketServer({ buckets: ["landing"], ...options, folder });
  after(() => server.stop());
  return server;
}

/** The address of an object's metadata; with `alt=media` in `query`, of its content. */
export function objectUrl(server: BucketServer, name: string, query = ""): string {
  return `${server.url}/storage/v1/b/landing/o/${encodeURIComponent(name)}?${query}`;
}

/** HTTP status, the code in the body, and the reason of a refusal. */
export async function errorOf(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as { error: { code: number; errors: unknown[] } };
  const [first] = error.errors as [{ reason: string }];
  return [response.status, error.code, first.reason];
}
