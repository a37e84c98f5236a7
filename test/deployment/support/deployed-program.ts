import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import type { Deployed, Resource } from "../../../local/deployment/resource.ts";
import type { Deployment } from "../../../local/deployment/deployment.ts";
import { startFakeEngine } from "../../infra/support/fake-engine.ts";
import { PROGRAM_FOLDER, runProgramOnEngine } from "../../infra/support/pulumi-runner.ts";
import { unwrapSecrets } from "../../infra/support/registrations.ts";
import { record } from "../../infra/support/run-program.ts";
import { zip } from "./zip.ts";

/** What a program registered, and what came of it, in the order in which it was made. */
export interface Step {
  readonly resource: Resource;
  readonly deployed: Deployed;
}

/**
 * Runs the repository's program by Pulumi's own runner, and makes each resource it registers in
 * `deployment` while it runs: it waits for each one's outputs, as for those of the real engine.
 *
 * @throws Error with what the runner printed when the program fails
 */
export async function deployProgram(
  deployment: Deployment,
  config: Readonly<Record<string, string>>,
): Promise<Step[]> {
  const steps: Step[] = [];
  const engine = await startFakeEngine({
    newResource: async ({ type, name, inputs, custom }) => {
      const given = record(inputs);
      if (custom !== true) return { id: "", state: given };
      const resource = { type, name, inputs: await withArchives(unwrapSecrets(given)) };
      const deployed = await deployment.deploy(resource);
      steps.push({ resource, deployed });
      return { id: deployed.id, state: withOutputs(given, deployed.outputs) };
    },
    call: ({ token, inputs }) => deployment.invoke(token, record(inputs)),
  });
  try {
    const { code, output } = await runProgramOnEngine(engine.address, config);
    if (code !== 0) throw new Error([output, ...engine.diagnostics].join("\n"));
    return steps;
  } finally {
    engine.stop();
  }
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
