import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { isObject } from "../../../functions/platform/json.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import type { Deployment } from "../deployment.ts";
import type { Deployed, Resource } from "../resource.ts";
import { zip } from "../zip.ts";
import { startEngine } from "./engine.ts";
import { PROGRAM_FOLDER, runProgram } from "./run-program.ts";
import { unwrapSecrets } from "./secrets.ts";

/** What a program registered, and what came of it. */
export interface Step {
  readonly resource: Resource;
  /** Names of the resources it waits for. */
  readonly dependsOn: readonly string[];
  readonly deployed: Deployed;
}

export interface ProgramRun {
  /** In the order in which they were made. */
  readonly steps: readonly Step[];
  /** What the stack exports. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface ProgramOptions {
  /** Keys with their namespace; what is no text is JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** @default dev */
  readonly stack?: string;
}

/**
 * Runs the repository's program by Pulumi's own runner, and makes each resource it registers in
 * `deployment` while it runs: it waits for each one's outputs, as for those of the real engine.
 *
 * @throws UserError for the first resource that cannot be made; with what the program said when it
 *   fails by itself
 */
export async function deployProgram(
  deployment: Pick<Deployment, "deploy" | "invoke">,
  { config, stack = "dev" }: ProgramOptions,
): Promise<ProgramRun> {
  const { target, failure } = noteFailure(deployment);
  const { mocks, made } = deployInto(target, (name) => engine.registrations.get(name)?.options);
  const engine = await startEngine(mocks, stack);
  try {
    const { code, output } = await runProgram(engine.address, config, stack);
    if (code !== 0) throw failure() ?? programError([...engine.diagnostics, output].join("\n"));
    const steps = made.map((step) => {
      const urns = engine.registrations.get(step.resource.name)?.dependencies ?? [];
      return { ...step, dependsOn: urns.map(nameIn) };
    });
    return { steps, outputs: unwrapSecrets(engine.outputs()) };
  } finally {
    engine.stop();
  }
}

/**
 * Answers a program as the engine and the provider do: each resource is made in `deployment`.
 *
 * @param optionsOf what becomes of the resource with this name when it is to be deleted
 * @returns what was made so far, beside
 */
export function deployInto(
  deployment: Pick<Deployment, "deploy" | "invoke">,
  optionsOf: (name: string) => Pick<Resource, "protect" | "retainOnDelete"> | undefined,
): { readonly mocks: pulumi.runtime.Mocks; readonly made: readonly Omit<Step, "dependsOn">[] } {
  const made: Omit<Step, "dependsOn">[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: async ({ type, name, inputs, custom }) => {
      const given = record(inputs);
      if (custom !== true) return { id: "", state: given };
      const plain = await withArchives(unwrapSecrets(given));
      const resource = { type, name, inputs: plain, ...optionsOf(name) };
      const deployed = await deployment.deploy(resource);
      made.push({ resource, deployed });
      return { id: deployed.id, state: withOutputs(given, deployed.outputs) };
    },
    call: ({ token, inputs }) => deployment.invoke(token, record(inputs)),
  };
  return { mocks, made };
}

/**
 * What the program says of a resource that cannot be made are pages of its own insides: the first
 * refusal is what matters, and the others follow from it.
 *
 * @returns `target`, which does what `deployment` does, and that refusal, if there is one by then
 */
export function noteFailure(deployment: Pick<Deployment, "deploy" | "invoke">): {
  readonly target: Pick<Deployment, "deploy" | "invoke">;
  readonly failure: () => UserError | undefined;
} {
  const failures: UserError[] = [];
  const note = (error: unknown): never => {
    if (error instanceof UserError) failures.push(error);
    throw error;
  };
  const target: typeof deployment = {
    deploy: (resource) => deployment.deploy(resource).catch(note),
    invoke: (token, inputs) => {
      try {
        return deployment.invoke(token, inputs);
      } catch (error) {
        return note(error);
      }
    },
  };
  return { target, failure: () => failures[0] };
}

/** What a program said: of its settings, which is wrong usage, or of anything else. */
export function programError(said: string): UserError {
  const isUsage = /^The configuration of .* is not usable:$/m.test(said);
  return new UserError(said.trim(), isUsage ? 2 : 1);
}

/** `urn:pulumi:STACK::PROJECT::TYPES::NAME` */
function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Inputs with the bytes of each archive in its place, as Pulumi uploads them. */
async function withArchives(
  inputs: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const entries = Object.entries(inputs).map(async ([key, value]) => [
    key,
    value instanceof pulumi.asset.AssetArchive ? await bytesOf(value) : value,
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, unknown>;
}

async function bytesOf(archive: pulumi.asset.AssetArchive): Promise<Buffer> {
  const files: Record<string, Buffer> = {};
  for (const [name, asset] of Object.entries(await archive.assets)) {
    if (!(asset instanceof pulumi.asset.FileAsset))
      throw new Error(`${name} of the archive is not a file.`);
    files[name] = readFileSync(resolve(PROGRAM_FOLDER, await asset.path));
  }
  return zip(files);
}

/** Outputs are the inputs, and what only the provider knows, within blocks of inputs as well. */
function withOutputs(
  inputs: Readonly<Record<string, unknown>>,
  outputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = Object.entries(outputs).map(([key, value]): [string, unknown] => {
    const isBlock = typeof value === "object" && value !== null && key in inputs;
    return [key, isBlock ? { ...record(inputs[key]), ...value } : value];
  });
  return { ...inputs, ...Object.fromEntries(merged) };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
