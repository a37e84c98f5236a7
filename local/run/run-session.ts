import { createWriteStream } from "node:fs";
import path from "node:path";

import { LAST_DELIVERY_ATTEMPT } from "../../functions/mixpanel/verdict.ts";
import { ENTRY_POINTS } from "../../functions/settings.ts";
import { DEAD_LETTER_REPORT } from "../cloud-names.ts";
import type { LocalCloud, LocalCloudOptions } from "../deployment/deployed-cloud.ts";
import { startDeployedCloud, startDeployedCloudOn } from "../deployment/deployed-cloud.ts";
import { startupFailure } from "../functions/startup-failure.ts";
import { createObjectLog } from "../monitoring/object-log.ts";
import type { CloudPubSub } from "../pubsub/cloud-pubsub.ts";
import { startEmulatorPubSub } from "../pubsub/emulator/emulator-pubsub.ts";
import { announceSession } from "./announce-session.ts";
import type { DeadLetterCollector } from "./dead-letter-collector.ts";
import type { DeadLetterGroup } from "./dead-letter-groups.ts";
import { collectDeadLetters } from "./dead-letter-collector.ts";
import { nameRecord } from "./endless-transform.ts";
import type { MessagePlaces } from "./message-places.ts";
import { createMessagePlaces } from "./message-places.ts";
import type { RunLog, RunLogListeners } from "./run-log.ts";
import { createRunLog } from "./run-log.ts";
import { RUN_FILES } from "./run-result.ts";

export interface SessionOptions {
  /** Folder of the built functions. */
  readonly functionSource: string;
  readonly workFolder: string;
  /** It stays up: operators' commands find it, and replay what is in the dead letters. */
  readonly keep: boolean;
  /** Folder whose files are imported as they are put there. @default in the work folder */
  readonly inbox: string | undefined;
  /** The token the functions are given. @default the one the simulator accepts */
  readonly token: string | undefined;
  /** Launcher of Google's Pub/Sub emulator. @default our own Pub/Sub, in this process */
  readonly emulator: string | undefined;
  /** As of `LocalCloudOptions`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly say: (text: string) => void;
  readonly listeners: RunLogListeners;
  readonly onDeadLetters: (group: DeadLetterGroup) => void;
}

/** The local cloud of a run, on either Pub/Sub. */
export type RunCloud = LocalCloud<CloudPubSub>;

/** The local cloud with what a run wants to know of it. */
export interface RunSession {
  readonly cloud: RunCloud;
  readonly log: RunLog;
  readonly deadLetters: DeadLetterCollector;
  /** Where messages come from that were published from a file. */
  readonly places: MessagePlaces;
  readonly workFolder: string;
  readonly bucketFolder: string;
  /** Where the functions run from. */
  readonly functionsFolder: string;
  /** Folder whose files are imported as they are put there. */
  readonly inbox: string;
  /** Resolves with the reason when waiting any longer makes no sense. */
  readonly hopeless: Promise<string>;
  stop(): Promise<void>;
}

/**
 * The functions themselves give an event up at the last one but one, which takes about 20 s here: a
 * person waits for the result.
 */
const DELIVERY = {
  maxDeliveryAttempts: LAST_DELIVERY_ATTEMPT + 1,
  retryPolicy: { minimumBackoffMs: 100, maximumBackoffMs: 1000 },
} as const;
/** After Ctrl-C a person waits; what is under way is not needed any more. */
const STOP_GRACE_MS = 1000;
const MAX_CRASH_CHARACTERS = 500;
/** Where the bundle has one: errors of a transform name its file and line. */
const WITH_SOURCE_MAPS = { nodeOptions: ["--enable-source-maps"] };

/**
 * Starts the local cloud for a run. Mixpanel's rate limits are off: what a run shows is what the
 * functions do with the files, and a quota would only make it slower.
 *
 * @throws UserError when something cannot start
 */
export async function startSession(options: SessionOptions): Promise<RunSession> {
  const { workFolder, say, token, keep } = options;
  const bucketFolder = path.join(workFolder, "buckets");
  const log = createRunLog(options.listeners);
  const objectLog = createObjectLog(Date.now);
  const places = createMessagePlaces();
  const logFile = createWriteStream(path.join(workFolder, RUN_FILES.log));
  const cloud = await startCloud(options.emulator, {
    functionSource: options.functionSource,
    folder: workFolder,
    settings: options.settings,
    keepsDeadLetters: keep,
    mixpanel: { rateLimit: "off" },
    delivery: { importObject: DELIVERY, importMessages: DELIVERY },
    ...(token !== undefined && { token }),
    processes: { importObject: WITH_SOURCE_MAPS, importMessages: WITH_SOURCE_MAPS },
    onLine: (entryPoint, logged) => {
      const line = nameRecord(logged, places);
      logFile.write(`${JSON.stringify({ function: entryPoint, ...line })}\n`);
      log.onLine(entryPoint, line);
      objectLog.onLine(entryPoint, line);
    },
    onCrash: (_entryPoint, reason, stderr) => {
      say(`${reason} and is started again. ${startupFailure(stderr).slice(-MAX_CRASH_CHARACTERS)}`);
    },
  });
  const deadLetterFile = path.join(workFolder, RUN_FILES.deadLetters);
  const deadLetters = collectDeadLetters(cloud.pubsub, {
    subscription: keep ? DEAD_LETTER_REPORT : cloud.names.deadLetterSubscription,
    file: deadLetterFile,
    placeOf: places.find,
    onGroup: options.onDeadLetters,
  });
  const announced = keep ? await announceSession(workFolder, cloud, objectLog) : undefined;
  return {
    cloud,
    log,
    deadLetters,
    places,
    workFolder,
    bucketFolder,
    functionsFolder: path.join(workFolder, "functions"),
    inbox: options.inbox ?? path.join(workFolder, "inbox"),
    hopeless: Promise.race([
      log.critical.then((message) => describeCritical(message, cloud, token)),
      ...ENTRY_POINTS.map((entryPoint) => cloud.functions[entryPoint].gaveUp),
      ...(cloud.pubsub.died ? [cloud.pubsub.died] : []),
    ]),
    stop: async () => {
      await announced?.stop();
      deadLetters.stop();
      await cloud.stop(STOP_GRACE_MS);
      logFile.end();
    },
  };
}

function startCloud(emulator: string | undefined, options: LocalCloudOptions): Promise<RunCloud> {
  if (emulator === undefined) return startDeployedCloud(options);
  return startDeployedCloudOn(() => startEmulatorPubSub(emulator), options);
}

function describeCritical(message: string, { simulator }: RunCloud, token?: string): string {
  const hasOther = token !== undefined && token !== simulator.token;
  if (!hasOther) return message.endsWith(".") ? message : `${message}.`;
  return `${message}: --token gave the functions another token than the one the simulator accepts (${simulator.token}).`;
}
