import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { loadRepair, replay } from "../../cli/replay/replay.ts";
import type { ReplayReport } from "../../cli/replay/plan.ts";
import { connectionTo } from "../support/operator-cloud.ts";

/** What a replay is told; it is run here, or in a process that can be killed. */
export interface ReplayTask {
  readonly storageUrl: string;
  readonly pubsubUrl: string;
  /** `projects/P/subscriptions/S` */
  readonly subscription: string;
  readonly repair: string;
  readonly leaseSeconds: number;
  /** Dead letters that there are. */
  readonly expected: number;
}

const FILE = fileURLToPath(import.meta.url);

/** As `replay --transform REPAIR --yes` does it. */
export async function runReplay(task: ReplayTask): Promise<ReplayReport> {
  const { storageUrl, pubsubUrl, subscription, repair, leaseSeconds, expected } = task;
  const services = { storageUrl, pubsubUrl, monitoringUrl: pubsubUrl };
  const connection = connectionTo(services, new AbortController().signal);
  const stack = { ...connection.stack, deadLetterSubscription: subscription };
  const plan = { filter: {}, repair: await loadRepair(repair, false), leaseSeconds, expected };
  return await replay({ ...connection, stack }, plan);
}

/** The same in a process of its own. */
export function startReplay(task: ReplayTask): ChildProcess {
  const args = ["--import", "tsx", FILE, JSON.stringify(task)];
  return spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
}

const [, script, task] = process.argv;
if (script === FILE && task !== undefined) {
  await runReplay(JSON.parse(task) as ReplayTask);
  process.exit();
}
