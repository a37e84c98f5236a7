import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { PushLoad, PushResult } from "./push-load.ts";

const CLIENT = fileURLToPath(new URL("push-client.ts", import.meta.url));

/** Pushes a load from a process of its own. */
export async function runPushClient(load: PushLoad): Promise<PushResult> {
  const args = ["--import", "tsx", CLIENT, JSON.stringify(load)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as PushResult;
}
