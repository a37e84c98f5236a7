import { mkdirSync } from "node:fs";
import path from "node:path";

import type { BucketServer } from "../bucket/bucket-server.ts";
import type { Simulator } from "../mixpanel/simulator.ts";
import type { CloudPubSub } from "../pubsub/cloud-pubsub.ts";
import { type PubSub, type PubSubOptions, startPubSub } from "../pubsub/pubsub-server.ts";
import type { ServiceAddresses } from "./access.ts";
import { agentOf, STORAGE_AGENT_CALL } from "./agents.ts";
import { agentsOf, requireApis } from "./apis.ts";
import { FUNCTION_KINDS } from "./function-kind.ts";
import { GRANT_KINDS } from "./grant-kinds.ts";
import type { AnyKind } from "./kind.ts";
import type { Policy } from "./policy.ts";
import { PROJECT_KINDS } from "./project-kinds.ts";
import { PUBSUB_KINDS } from "./pubsub-kinds.ts";
import { type Deployed, refusal, type Resource } from "./resource.ts";
import { createResources } from "./resources.ts";
import {
  type Services,
  type ServicesOptions,
  startServices,
  type StartPubSub,
} from "./services.ts";
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

export interface DeploymentOptions
  extends
    ServicesOptions,
    Partial<Pick<Site, "processes" | "environment" | "delivery" | "isPulledElsewhere">> {
  /** Where everything is kept: objects, and the functions' code. */
  readonly folder: string;
  readonly onLine?: Site["onLine"];
  /** With the end of what it printed on stderr. */
  readonly onCrash?: Site["onCrash"];
}

/**
 * A project of Google Cloud on one machine, into which a program is deployed. `P` is the Pub/Sub it
 * runs on: our own, or Google's emulator.
 */
export interface Deployment<P extends CloudPubSub = PubSub> {
  readonly bucket: BucketServer;
  readonly pubsub: P;
  readonly simulator: Simulator;
  /** By name. */
  readonly functions: ReadonlyMap<string, RunningFunction>;
  /** Every role that was given, and what is not allowed without. */
  readonly policy: Policy;
  /**
   * Where the account with this address reaches the services, which let it do what it has been
   * given the right to. At the `url` of `bucket` and `pubsub` everybody may do everything.
   */
  addressesOf(email: string): Promise<ServiceAddresses>;
  /**
   * Makes one resource, changes the one of its type and name into it, or does nothing when that is
   * it already. What it refers to has to be there, which is the engine's business.
   *
   * @throws UserError for a type or an input that the local cloud does not know, and for what its
   *   services refuse; each names the resource
   */
  deploy(resource: Resource): Promise<Deployed>;
  /**
   * Ends a run of the program: takes away what it replaced, and what it did not deploy again.
   *
   * @throws UserError for what is protected, and for what the services refuse
   */
  prune(): Promise<void>;
  /**
   * Takes away all that was deployed, what was made last first, but for what is to be retained.
   *
   * @throws UserError as `prune` does: before anything is deleted for what is protected; otherwise
   *   what comes after in that order is then still there
   */
  destroy(): Promise<void>;
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
export function startDeployment({
  pubsub,
  ...options
}: DeploymentOptions & { readonly pubsub?: Omit<PubSubOptions, "agent"> }): Promise<Deployment> {
  return startDeploymentOn((agent) => startPubSub({ ...pubsub, agent }), options);
}

/** The same on any Pub/Sub, which is stopped with it. */
export async function startDeploymentOn<P extends CloudPubSub>(
  start: StartPubSub<P>,
  options: DeploymentOptions,
): Promise<Deployment<P>> {
  const { project, projectNumber, existing = {} } = options;
  const folder = path.resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  const services = await startServices(start, { ...options, folder });
  const { bucket, pubsub, simulator, policy, access } = services;
  const site: Site = {
    ...services,
    project,
    projectNumber,
    mixpanelUrl: simulator.url,
    folder,
    apis: new Set(existing.apis),
    accounts: new Set([
      ...(existing.accounts ?? []),
      ...agentsOf(existing.apis ?? [], projectNumber),
    ]),
    secrets: new Map(),
    repositories: new Set(),
    functions: new Map(),
    onLine: options.onLine ?? (() => undefined),
    onCrash: options.onCrash ?? (() => undefined),
    processes: options.processes ?? {},
    environment: options.environment ?? {},
    delivery: options.delivery ?? {},
    isPulledElsewhere: options.isPulledElsewhere ?? false,
  };
  const resources = createResources(kindOf, site);
  return {
    bucket,
    pubsub,
    simulator,
    policy,
    functions: site.functions,
    addressesOf: (email) => access.of(email),
    deploy: (resource) => resources.deploy(resource),
    prune: () => resources.prune(),
    destroy: () => resources.destroy(),
    invoke: (token, inputs) => invoke(token, inputs, site),
    idle: () => pubsub.idle(pubsub.pushSubscriptions()),
    stop: (graceMs) => stopDeployment(site, services, graceMs),
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
  site: Site,
): Record<string, unknown> {
  const { projectNumber, accounts } = site;
  if (token === "gcp:organizations/getProject:getProject") return { number: projectNumber };
  // Of another project nobody knows the number here; any agent will do.
  if (token === STORAGE_AGENT_CALL) {
    requireApis(["storage.googleapis.com"], site);
    const emailAddress = agentOf("storage.googleapis.com", projectNumber);
    // Asking for it makes it.
    accounts.add(emailAddress);
    return { project, emailAddress };
  }
  throw refusal({ type: token, name: "A call" }, "the local cloud does not know it.");
}

/** The functions go first: what they still hand over needs the services. */
async function stopDeployment(site: Site, services: Services, graceMs?: number): Promise<void> {
  const running = [...site.functions.values()];
  await Promise.all(running.map(({ process }) => process.stop(graceMs)));
  await Promise.all(running.map(({ front }) => front.stop()));
  await services.stop();
}
