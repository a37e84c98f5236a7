import { mkdirSync } from "node:fs";
import path from "node:path";

import { type BucketServer, startBucketServer } from "../bucket/bucket-server.ts";
import type { ObjectNotification } from "../bucket/object-notification.ts";
import type { LogLine } from "../functions/log-lines.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../mixpanel/simulator.ts";
import { type PubSub, type PubSubOptions, startPubSub } from "../pubsub/pubsub-server.ts";
import { FUNCTION_KINDS } from "./function-kind.ts";
import { GRANT_KINDS } from "./grant-kinds.ts";
import type { AnyKind } from "./kind.ts";
import { createPolicy, type GrantedRole } from "./policy.ts";
import { PROJECT_KINDS } from "./project-kinds.ts";
import { PUBSUB_KINDS } from "./pubsub-kinds.ts";
import { type Deployed, refusal, type Resource } from "./resource.ts";
import type { RunningFunction, Site } from "./site.ts";
import { STORAGE_KINDS } from "./storage-kinds.ts";
import { WATCHING_KINDS } from "./watching-kinds.ts";

/** Every type of resources that can be deployed here. */
export const KINDS: Readonly<Record<string, AnyKind>> = {
  ...STORAGE_KINDS,
  ...PUBSUB_KINDS,
  ...PROJECT_KINDS,
  ...GRANT_KINDS,
  ...FUNCTION_KINDS,
  ...WATCHING_KINDS,
};

export interface DeploymentOptions {
  readonly project: string;
  readonly projectNumber: string;
  /** Where everything is kept: objects, and the functions' code. */
  readonly folder: string;
  readonly mixpanel?: SimulatorOptions;
  /** Its timers, for tests that cannot wait. */
  readonly pubsub?: PubSubOptions;
  /** What is there before the program runs. */
  readonly existing?: {
    readonly accounts?: readonly string[];
    readonly buckets?: readonly string[];
    readonly topics?: readonly string[];
  };
  readonly onLine?: (functionName: string, line: LogLine) => void;
  readonly onCrash?: (functionName: string, reason: string) => void;
}

/** A project of Google Cloud on one machine, into which a program is deployed. */
export interface Deployment {
  readonly bucket: BucketServer;
  readonly pubsub: PubSub;
  readonly simulator: Simulator;
  /** By name. */
  readonly functions: ReadonlyMap<string, RunningFunction>;
  /** Every role that was given. */
  grants(): readonly GrantedRole[];
  /**
   * Makes one resource. What it refers to has to be there, which is the engine's business.
   *
   * @throws UserError for a type or an input that the local cloud does not know, and for what its
   *   services refuse; each names the resource
   */
  deploy(resource: Resource): Promise<Deployed>;
  /**
   * Answers what programs ask of the provider. @throws UserError for what the local cloud does not
   * know
   */
  invoke(token: string, inputs: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Resolves when everything pushed is acknowledged or dead-lettered. */
  idle(): Promise<void>;
  /** Functions get `graceMs` to finish. @default 10 s */
  stop(graceMs?: number): Promise<void>;
}

/** Starts an empty project: services without anything in them. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { project, projectNumber, existing = {} } = options;
  const folder = path.resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  const pubsub = await startPubSub(options.pubsub);
  const simulator = await startSimulator(options.mixpanel ?? {});
  const notifications: Site["notifications"] = [];
  const announce = (notification: ObjectNotification): void => {
    publishNotification(notification, notifications, pubsub);
  };
  const bucket = await startBucketServer({
    folder: path.join(folder, "buckets"),
    buckets: existing.buckets ?? [],
    onFinalize: announce,
    onDelete: announce,
  });
  for (const topic of existing.topics ?? []) pubsub.createTopic(topic);
  const site: Site = {
    project,
    projectNumber,
    bucket,
    pubsub,
    mixpanelUrl: simulator.url,
    folder,
    accounts: new Set(existing.accounts),
    secrets: new Map(),
    repositories: new Set(),
    policy: createPolicy(),
    notifications,
    functions: new Map(),
    onLine: options.onLine ?? (() => undefined),
    onCrash: options.onCrash ?? (() => undefined),
  };
  return {
    bucket,
    pubsub,
    simulator,
    functions: site.functions,
    grants: () => site.policy.grants(),
    deploy: (resource) => kindOf(resource).deploy(resource, site),
    invoke: (token, inputs) => invoke(token, inputs, site),
    idle: () => pubsub.idle(pubsub.pushSubscriptions()),
    stop: (graceMs) => stopDeployment(site, simulator, graceMs),
  };
}

/** @throws UserError for a type that cannot be deployed here */
export function kindOf(resource: Resource): AnyKind {
  const kind = KINDS[resource.type];
  if (kind !== undefined) return kind;
  throw refusal(resource, "the local cloud does not know this type.");
}

function invoke(
  token: string,
  { project = "" }: Readonly<Record<string, unknown>>,
  { projectNumber }: Site,
): Record<string, unknown> {
  if (token === "gcp:organizations/getProject:getProject") return { number: projectNumber };
  // Of another project nobody knows the number here; any agent will do.
  if (token === "gcp:storage/getProjectServiceAccount:getProjectServiceAccount")
    return {
      project,
      emailAddress: `service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`,
    };
  throw refusal({ type: token, name: "A call" }, "the local cloud does not know it.");
}

function publishNotification(
  { attributes, data }: ObjectNotification,
  notifications: Site["notifications"],
  pubsub: PubSub,
): void {
  const text = Buffer.from(JSON.stringify(data)).toString("base64");
  for (const { bucket, topic, eventTypes } of notifications)
    if (bucket === attributes.bucketId && eventTypes.includes(attributes.eventType))
      pubsub.publish(topic, [{ data: text, attributes: { ...attributes } }]);
}

/** The functions go first: what they still hand over needs the services. */
async function stopDeployment(site: Site, simulator: Simulator, graceMs?: number): Promise<void> {
  const running = [...site.functions.values()];
  await Promise.all(running.map(({ process }) => process.stop(graceMs)));
  await Promise.all(running.map(({ front }) => front.stop()));
  await Promise.all([site.pubsub.stop(), site.bucket.stop(), simulator.stop()]);
}
