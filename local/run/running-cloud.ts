import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { isObject, parseJson } from "../../functions/platform/json.ts";
import { DEFAULT_PROGRAM } from "../deployment/recorded-program.ts";
import { isRunning, pidOfRun } from "./work-folder.ts";

/** A local cloud that stays up, as other commands find it. */
export interface RunningCloud {
  /** What `pulumi stack output --json` prints of a deployed stack. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Base URLs, without a trailing slash. */
  readonly services: {
    readonly storageUrl: string;
    readonly pubsubUrl: string;
    readonly monitoringUrl: string;
    /** Of the simulator; undefined: Mixpanel runs elsewhere. */
    readonly mixpanelUrl?: string | undefined;
  };
}

/** Of a stack that nobody has configured. */
export const OUTPUTS_OF_LOCAL_CLOUD = DEFAULT_PROGRAM.outputs;

const FILE_NAME = "cloud.json";

/**
 * Writes down where a local cloud is, in its work folder, for as long as it runs.
 *
 * @returns how to take that back
 */
export async function announceCloud(
  workFolder: string,
  outputs: RunningCloud["outputs"],
  services: RunningCloud["services"],
): Promise<() => Promise<void>> {
  const file = path.join(workFolder, FILE_NAME);
  const cloud: RunningCloud = { outputs, services };
  await writeFile(file, `${JSON.stringify(cloud, undefined, 2)}\n`);
  return () => rm(file, { force: true });
}

/** The local cloud that was started last and still runs; undefined when there is none. */
export async function findRunningCloud(root: string): Promise<RunningCloud | undefined> {
  const runs = await readdir(root).catch(() => []);
  for (const run of runs.sort().reverse()) {
    const pid = pidOfRun(run);
    if (pid === undefined || !isRunning(pid)) continue;
    const cloud = parseJson(
      await readFile(path.join(root, run, FILE_NAME), "utf8").catch(() => ""),
    );
    if (isCloud(cloud)) return cloud;
  }
  return undefined;
}

/** Only ours write there; half a file is none. */
function isCloud(value: unknown): value is RunningCloud {
  return isObject(value) && isObject(value["outputs"]) && isObject(value["services"]);
}
