import type { Deployment } from "../../../local/deployment/deployment.ts";
import type { Step } from "../../../local/deployment/program/deploy-program.ts";
import type { Deployed, Resource } from "../../../local/deployment/resource.ts";
import { record } from "../../infra/support/run-program.ts";

/**
 * Makes once more, in an empty deployment, what a program registered, without running it: one run
 * takes seconds. `change` may alter a resource, or leave it out with undefined.
 */
export async function redeploy(
  deployment: Deployment,
  steps: readonly Step[],
  change: (resource: Resource) => Resource | undefined,
): Promise<Map<string, Deployed>> {
  const made = new Map<string, Deployed>();
  let generation: unknown;
  for (const { resource } of steps) {
    const changed = change(resource);
    if (changed === undefined) continue;
    const deployed = await deployment.deploy(withGeneration(changed, generation));
    generation = deployed.outputs["generation"] ?? generation;
    made.set(resource.name, deployed);
  }
  return made;
}

/** The one output that is another one each time. */
function withGeneration(resource: Resource, generation: unknown): Resource {
  if (!resource.type.endsWith(":Function")) return resource;
  const buildConfig = record(resource.inputs["buildConfig"]);
  const storageSource = record(record(buildConfig["source"])["storageSource"]);
  const source = { storageSource: { ...storageSource, generation } };
  return { ...resource, inputs: { ...resource.inputs, buildConfig: { ...buildConfig, source } } };
}

/** `resource` with one input, or one within a block, replaced; undefined takes it out. */
export function withInput(resource: Resource, path: readonly string[], value: unknown): Resource {
  return { ...resource, inputs: replaced(resource.inputs, path, value) };
}

function replaced(
  fields: Readonly<Record<string, unknown>>,
  [key = "", ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const { [key]: before, ...others } = fields;
  const after = rest.length === 0 ? value : replaced(record(before), rest, value);
  return after === undefined ? others : { ...others, [key]: after };
}
