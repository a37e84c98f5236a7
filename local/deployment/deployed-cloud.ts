import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import type { EntryPoint } from "../../functions/settings.ts";
import { localTransformSecret } from "../../functions/transforms/test-secret.ts";
import type { BucketServer } from "../bucket/bucket-server.ts";
import { type CloudNames, DEAD_LETTER_REPORT, namesOf } from "../cloud-names.ts";
import type { LogLine } from "../functions/log-lines.ts";
import type { SupervisedFunction } from "../functions/supervised-function.ts";
import type { Simulator } from "../mixpanel/simulator.ts";
import type { CloudPubSub } from "../pubsub/cloud-pubsub.ts";
import { type PubSub, startPubSub } from "../pubsub/pubsub-server.ts";
import { adaptResource } from "./adapt-resource.ts";
import { type Deployment, type DeploymentOptions, startDeploymentOn } from "./deployment.ts";
import { existingIn, makeExisting } from "./existing.ts";
import {
  DEFAULT_PROGRAM,
  deployRecorded,
  LOCAL_PROJECT,
  type RecordedProgram,
  withoutResources,
} from "./recorded-program.ts";
import type { Resource } from "./resource.ts";
import type { StartPubSub } from "./services.ts";
import { zip } from "./zip.ts";

export interface LocalCloudOptions extends Pick<
  DeploymentOptions,
  "folder" | "mixpanel" | "processes" | "environment" | "delivery"
> {
  /** Folder of the built functions. */
  readonly functionSource: string;
  /**
   * The stack's settings, with their namespace. The program is run with them, which takes seconds;
   * without any, what it registers then is known. @default {}
   */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Whether a resource of the program is not deployed, nor what depends on it. Only without
   * settings: a program that runs waits for what comes of each resource.
   *
   * @default all are
   */
  readonly leavesOut?: (resource: Resource) => boolean;
  /** The token the functions are given. @default the one Mixpanel accepts */
  readonly token?: string;
  /** Leaves the dead letters in their subscription, and reports them by one more. @default false */
  readonly keepsDeadLetters?: boolean;
  /** Called with every line a function logs. */
  readonly onLine?: (entryPoint: EntryPoint, line: LogLine) => void;
  /** Called when a function ended by itself; it is started again. */
  readonly onCrash?: (entryPoint: EntryPoint, reason: string, stderr: string) => void;
}

/** `P` is the Pub/Sub it runs on: our own, or Google's emulator. */
export interface LocalCloud<P extends CloudPubSub = PubSub> {
  readonly simulator: Simulator;
  readonly bucket: BucketServer;
  readonly pubsub: P;
  /** @throws Error for one that is not deployed */
  readonly functions: Readonly<Record<EntryPoint, SupervisedFunction>>;
  readonly names: CloudNames;
  /** What the stack exports. */
  readonly outputs: Readonly<Record<string, string>>;
  /**
   * Resolves when every object and every message is settled: imported, dead-lettered or ignored.
   */
  idle(): Promise<void>;
  /**
   * Stops everything; leaves no process behind. Functions get `graceMs` to finish. @default 10 s
   */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Deploys the program on this machine: Mixpanel, buckets, topics with their subscriptions, and both
 * functions as built, each in a process of its own, all on loopback. What is not as registered is
 * said in `adapt-resource.ts`, and in the options.
 *
 * @throws UserError when it cannot be deployed, or what it starts cannot start; what was started by
 *   then is stopped again
 */
export function startDeployedCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  return startDeployedCloudOn((agent) => startPubSub({ agent }), options);
}

/** The same on any Pub/Sub, which is stopped with the cloud. */
export async function startDeployedCloudOn<P extends CloudPubSub>(
  start: StartPubSub<P>,
  options: LocalCloudOptions,
): Promise<LocalCloud<P>> {
  const { settings = {}, keepsDeadLetters = false, onLine, onCrash } = options;
  const deployment = await startDeploymentOn(start, {
    ...LOCAL_PROJECT,
    ...options,
    existing: { ...existingIn(settings), buckets: [], topics: [] },
    isPulledElsewhere: keepsDeadLetters,
    onLine: ({ entryPoint }, line) => onLine?.(entryPoint, line),
    onCrash: ({ entryPoint }, reason, stderr) => onCrash?.(entryPoint, reason, stderr),
  });
  try {
    const program = await deploy(deployment, options);
    const cloud = cloudOf(deployment, program);
    if (keepsDeadLetters) await reportDeadLetters(cloud);
    return cloud;
  } catch (error) {
    await deployment.stop();
    throw error;
  }
}

async function deploy(
  deployment: Deployment<CloudPubSub>,
  { functionSource, settings = {}, leavesOut, ...options }: LocalCloudOptions,
): Promise<RecordedProgram> {
  const archive = await archiveOf(functionSource);
  const token = options.token ?? deployment.simulator.token;
  const change = adaptResource({ archive, token, secret: localTransformSecret() });
  if (Object.keys(settings).length === 0) {
    const program = withoutResources(DEFAULT_PROGRAM, leavesOut ?? (() => false));
    await deployRecorded(deployment, program, { archive, change });
    return DEFAULT_PROGRAM;
  }
  if (leavesOut !== undefined) throw new Error("With settings nothing can be left out.");
  // Pulumi takes a second to load: nobody else is to wait for it.
  const { deployProgram } = await import("./program/deploy-program.ts");
  const { localProgram } = await import("./program/local-config.ts");
  const { recordProgram } = await import("./program/record-program.ts");
  let ready: Promise<void> | undefined;
  const target = {
    ...deployment,
    deploy: async (resource: Resource) => {
      await (ready ??= makeExisting(existingIn(settings), deployment));
      return deployment.deploy(change(resource));
    },
  };
  return recordProgram(await deployProgram(target, localProgram(settings)));
}

/** The functions as Pulumi uploads them. */
async function archiveOf(folder: string): Promise<Buffer> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = files
    .filter((file) => file.isFile())
    .map(async ({ parentPath, name }): Promise<[string, Buffer]> => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file), await readFile(file)];
    });
  return zip(Object.fromEntries(await Promise.all(entries)));
}

function cloudOf<P extends CloudPubSub>(
  { bucket, pubsub, simulator, functions, ...deployment }: Deployment<P>,
  program: RecordedProgram,
): LocalCloud<P> {
  const processOf = (entryPoint: EntryPoint): SupervisedFunction => {
    const found = [...functions.values()].find((one) => one.entryPoint === entryPoint);
    if (found === undefined) throw new Error(`${entryPoint} is not deployed.`);
    return found.process;
  };
  return {
    ...{ bucket, pubsub, simulator },
    names: namesOf(program),
    outputs: program.outputs,
    functions: {
      get importObject() {
        return processOf("importObject");
      },
      get importMessages() {
        return processOf("importMessages");
      },
    },
    idle: () => deployment.idle(),
    stop: (graceMs) => deployment.stop(graceMs),
  };
}

async function reportDeadLetters({ pubsub, names }: LocalCloud<CloudPubSub>): Promise<void> {
  await pubsub.createSubscription({
    name: DEAD_LETTER_REPORT,
    topic: names.deadLetterTopic,
    ackDeadlineSeconds: 600,
  });
}
