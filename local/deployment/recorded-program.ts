import { readFileSync } from "node:fs";

import { isObject } from "../../functions/platform/json.ts";
import { STORAGE_AGENT_CALL } from "./agents.ts";
import type { Deployment } from "./deployment.ts";
import type { Deployed, Resource } from "./resource.ts";

/** One resource of a recorded program. */
export interface RecordedResource extends Resource {
  /** Names of the resources it waits for, of those that are recorded. */
  readonly dependsOn: readonly string[];
}

/**
 * What the program registers with one configuration, its outputs resolved. It depends on nothing
 * else: a project on one machine gives the same names and addresses each time.
 */
export interface RecordedProgram {
  /** In an order in which they can be made. */
  readonly resources: readonly RecordedResource[];
  /** What the stack exports. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Stands for the hash of the archive, which is another one with each change of the functions. */
export const ARCHIVE_HASH = "archive";

/** The project and stack on one machine. */
export const LOCAL_PROJECT = { project: "local", projectNumber: "1", stack: "local" } as const;

/**
 * What the program registers without any settings but a name for the bucket. A test holds it
 * against the program; `npm run program:update` writes it anew.
 */
export const DEFAULT_PROGRAM: RecordedProgram = readProgram(
  new URL("default-program.json", import.meta.url),
);

function readProgram(file: URL): RecordedProgram {
  // The one cast of this file: it is written by record-program.ts.
  return JSON.parse(readFileSync(file, "utf8")) as RecordedProgram;
}

/** A program without some resources, and without all that waits for them. */
export function withoutResources(
  { resources, outputs }: RecordedProgram,
  isLeftOut: (resource: Resource) => boolean,
): RecordedProgram {
  const left = new Set<string>();
  for (const resource of resources)
    if (isLeftOut(resource) || resource.dependsOn.some((name) => left.has(name)))
      left.add(resource.name);
  return { resources: resources.filter(({ name }) => !left.has(name)), outputs };
}

/** What is put into a recorded program. */
export interface RecordedOptions {
  /** The functions' archive. */
  readonly archive: Uint8Array;
  /** May alter a resource before it is made. */
  readonly change?: (resource: Resource) => Resource;
}

/**
 * Makes the resources of a recorded program in a deployment, each as soon as those are there that
 * it depends on.
 *
 * @returns what came of each, by its name
 * @throws UserError as `Deployment.deploy` does
 */
export async function deployRecorded(
  deployment: Pick<Deployment, "deploy" | "invoke">,
  { resources }: RecordedProgram,
  { archive, change = (resource) => resource }: RecordedOptions,
): Promise<ReadonlyMap<string, Deployed>> {
  const made = new Map<string, Promise<Deployed>>();
  let generation: unknown;
  const make = async ({ dependsOn, ...recorded }: RecordedResource): Promise<Deployed> => {
    for (const name of dependsOn) await made.get(name);
    const isArchive = recorded.type === ARCHIVE_TYPE;
    const resource = isArchive
      ? { ...recorded, inputs: { ...recorded.inputs, source: archive } }
      : withGeneration(recorded, generation);
    const deployed = await deployment.deploy(change(resource));
    if (isArchive) generation = deployed.outputs["generation"];
    // The program's own call, which is not recorded.
    if (recorded.inputs["service"] === "storage.googleapis.com")
      deployment.invoke(STORAGE_AGENT_CALL, {});
    return deployed;
  };
  for (const resource of resources) made.set(resource.name, make(resource));
  const results = await Promise.allSettled(made.values());
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  const entries = [...made].map(async ([name, deployed]) => [name, await deployed] as const);
  return new Map(await Promise.all(entries));
}

export const ARCHIVE_TYPE = "gcp:storage/bucketObject:BucketObject";

/** The one output that is another one each time: the archive's, which the functions are of. */
function withGeneration(resource: Resource, generation: unknown): Resource {
  const { buildConfig } = resource.inputs;
  if (!isObject(buildConfig)) return resource;
  const source = isObject(buildConfig["source"]) ? buildConfig["source"] : {};
  const storageSource = isObject(source["storageSource"]) ? source["storageSource"] : {};
  const changed = { ...buildConfig, source: { storageSource: { ...storageSource, generation } } };
  return { ...resource, inputs: { ...resource.inputs, buildConfig: changed } };
}
