import type { Resource } from "../../../local/deployment/resource.ts";
import { record } from "../../infra/support/run-program.ts";

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
