import type { EntryPoint, Environment } from "../functions/settings.ts";
import { ENTRY_POINTS } from "../functions/settings.ts";
import type { BucketServer } from "./bucket/bucket-server.ts";
import { startBucketServer } from "./bucket/bucket-server.ts";
import { CLOUD_NAMES, type CloudNames } from "./cloud-names.ts";
import { DEFAULT_PROGRAM, LOCAL_PROJECT } from "./deployment/recorded-program.ts";
import type { LogLine } from "./functions/log-lines.ts";
import type { SupervisedFunction, SupervisedOptions } from "./functions/supervised-function.ts";
import { superviseFunction } from "./functions/supervised-function.ts";
import type { Simulator, SimulatorOptions } from "./mixpanel/simulator.ts";
import { startSimulator } from "./mixpanel/simulator.ts";
import type { DeliverySettings } from "./deliveries.ts";
import { createTopics, pushSubscription } from "./deliveries.ts";
import type { CloudPubSub } from "./pubsub/cloud-pubsub.ts";
import type { PubSub } from "./pubsub/pubsub-server.ts";
import { startPubSub } from "./pubsub/pubsub-server.ts";
import { localTransformSecret } from "../functions/transforms/test-secret.ts";

export { CLOUD_NAMES } from "./cloud-names.ts";

export interface LocalCloudOptions {
  /** Folder of the built bundle. */
  readonly functionSource: string;
  /** Where the buckets are kept. */
  readonly bucketFolder: string;
  /** The functions to start. @default both */
  readonly entryPoints?: readonly EntryPoint[];
  /** The simulator to start, or the address and token of a Mixpanel that runs elsewhere. */
  readonly mixpanel?: SimulatorOptions | { readonly url: string; readonly token: string };
  /** The token the functions are given. @default the one Mixpanel accepts */
  readonly token?: string;
  /** More environment of the functions; wins over what the local cloud sets. */
  readonly environment?: Partial<Record<EntryPoint, Partial<Environment>>>;
  /** Leaves the dead letters in their subscription, and reports them by one more. @default false */
  readonly keepsDeadLetters?: boolean;
  /** How messages are pushed to each function. */
  readonly delivery?: Partial<Record<EntryPoint, DeliverySettings>>;
  /** More options of the processes, e.g. `nodeOptions`. */
  readonly processes?: Partial<
    Record<
      EntryPoint,
      Pick<SupervisedOptions, "nodeOptions" | "cpuProfileFolder" | "maxCrashesPerMinute">
    >
  >;
  /** @default 0, any free ports */
  readonly ports?: { readonly bucket?: number; readonly pubsub?: number };
  /** Called with every line a function logs. */
  readonly onLine?: (entryPoint: EntryPoint, line: LogLine) => void;
  /** Called when a function ended by itself; it is started again. */
  readonly onCrash?: (entryPoint: EntryPoint, reason: string, stderr: string) => void;
}

/** `P` is the Pub/Sub it runs on: our own, or Google's emulator. */
export interface LocalCloud<P extends CloudPubSub = PubSub> {
  /** Undefined when Mixpanel runs elsewhere. */
  readonly simulator: Simulator | undefined;
  readonly bucket: BucketServer;
  readonly pubsub: P;
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
 * Starts the deployed system on this machine: Mixpanel, buckets, topics with their subscriptions,
 * and both functions as built, each in a process of its own, all on loopback.
 *
 * @throws UserError when something cannot start; what was started by then is stopped again
 */
export function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  return startLocalCloudOn(() => startPubSub({ port: options.ports?.pubsub ?? 0 }), options);
}

/** The same on any Pub/Sub, which is stopped with the cloud. */
export async function startLocalCloudOn<P extends CloudPubSub>(
  startPubSub: () => Promise<P>,
  options: LocalCloudOptions,
): Promise<LocalCloud<P>> {
  const stops: Stops = { functions: [], servers: [] };
  const stop = async (graceMs?: number): Promise<void> => {
    // The functions go first: what they still hand over needs the servers.
    await Promise.all(stops.functions.splice(0).map((stopOne) => stopOne(graceMs)));
    await Promise.all(stops.servers.splice(0).map((stopOne) => stopOne()));
  };
  try {
    return { ...(await startParts(startPubSub, options, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How to end what was started so far. */
interface Stops {
  readonly functions: ((graceMs?: number) => Promise<void>)[];
  readonly servers: (() => Promise<void>)[];
}

async function startParts<P extends CloudPubSub>(
  startPubSub: () => Promise<P>,
  options: LocalCloudOptions,
  stops: Stops,
): Promise<Omit<LocalCloud<P>, "stop">> {
  const pubsub = await startPubSub();
  stops.servers.push(() => pubsub.stop());
  await createTopics(pubsub, options.keepsDeadLetters ?? false);

  const bucket = await startBuckets(options, pubsub);
  stops.servers.push(() => bucket.stop());

  const { simulator, url, token } = await startMixpanel(options.mixpanel ?? {});
  if (simulator) stops.servers.push(() => simulator.stop());

  const common = {
    MIXPANEL_URL: url,
    MIXPANEL_TOKEN: options.token ?? token,
    TRANSFORM_SECRET: localTransformSecret(),
    FORMATS: process.env["FORMATS"] ?? "",
    STORAGE_EMULATOR_HOST: bucket.url,
    PUBSUB_EMULATOR_HOST: pubsub.host,
  };
  const { entryPoints = ENTRY_POINTS } = options;
  const started = await startFunctions(options, entryPoints, common, stops);
  const subscriptions: string[] = [];
  for (const [entryPoint, { url }] of started) {
    const subscription = pushSubscription(entryPoint, url, options.delivery?.[entryPoint]);
    await pubsub.createSubscription(subscription);
    subscriptions.push(subscription.name);
  }
  return {
    ...{ simulator, bucket, pubsub },
    functions: functionsByName(started),
    names: CLOUD_NAMES,
    outputs: DEFAULT_PROGRAM.outputs,
    idle: () => pubsub.idle(subscriptions),
  };
}

function startBuckets(options: LocalCloudOptions, pubsub: CloudPubSub): Promise<BucketServer> {
  const { landingBucket, receiptsBucket, objectsTopic } = CLOUD_NAMES;
  return startBucketServer({
    port: options.ports?.bucket ?? 0,
    folder: options.bucketFolder,
    buckets: [landingBucket, receiptsBucket],
    onFinalize: async ({ attributes, data }) => {
      // Only the landing bucket has a notification: a receipt must not set off an import.
      if (attributes.bucketId !== landingBucket) return;
      const text = Buffer.from(JSON.stringify(data)).toString("base64");
      await pubsub.publish(objectsTopic, [{ data: text, attributes: { ...attributes } }]);
    },
  });
}

async function startMixpanel(mixpanel: NonNullable<LocalCloudOptions["mixpanel"]>) {
  if ("url" in mixpanel) return { simulator: undefined, ...mixpanel };
  const simulator = await startSimulator(mixpanel);
  return { simulator, url: simulator.url, token: simulator.token };
}

async function startFunctions(
  options: LocalCloudOptions,
  entryPoints: readonly EntryPoint[],
  common: Partial<Environment>,
  stops: Stops,
): Promise<ReadonlyMap<EntryPoint, SupervisedFunction>> {
  const start = async (entryPoint: EntryPoint) => {
    const started = await superviseFunction({
      ...options.processes?.[entryPoint],
      entryPoint,
      source: options.functionSource,
      environment: environmentOf(entryPoint, common, options.environment?.[entryPoint]),
      onLine: (line) => options.onLine?.(entryPoint, line),
      onCrash: (reason, stderr) => options.onCrash?.(entryPoint, reason, stderr),
    });
    stops.functions.push((graceMs) => started.stop(graceMs));
    return [entryPoint, started] as const;
  };
  // All are awaited before one's failure is told, so that the others are known and can be stopped.
  const outcomes = await Promise.allSettled(entryPoints.map(start));
  return new Map(
    outcomes.map((outcome) => {
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    }),
  );
}

function functionsByName(started: ReadonlyMap<EntryPoint, SupervisedFunction>) {
  const functionOf = (entryPoint: EntryPoint): SupervisedFunction => {
    const found = started.get(entryPoint);
    if (found === undefined) throw new Error(`${entryPoint} was not to be started.`);
    return found;
  };
  return {
    get importObject() {
      return functionOf("importObject");
    },
    get importMessages() {
      return functionOf("importMessages");
    },
  };
}

/** A function's environment: the program's names, and what is common to both functions. */
export function environmentOf(
  entryPoint: EntryPoint,
  common: Partial<Environment>,
  more: Partial<Environment> = {},
): Record<string, string> {
  const environment: Partial<Environment> = {
    GOOGLE_CLOUD_PROJECT: LOCAL_PROJECT.project,
    DEAD_LETTER_TOPIC: CLOUD_NAMES.deadLetterTopic,
    ...(entryPoint === "importObject" && {
      OBJECTS_TOPIC: CLOUD_NAMES.objectsTopic,
      RECEIPTS_BUCKET: CLOUD_NAMES.receiptsBucket,
    }),
    ...common,
    ...more,
  };
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
