import { CONFIGURATIONS } from "../support/configurations.ts";
import { record } from "../support/run-program.ts";
import { type RecordedStack, recordStack } from "./recorded-stack.ts";

/** A configuration of the stack in which deployments are played. */
export interface Configuration {
  readonly name: string;
  readonly stack: RecordedStack;
}

/** Those of `support/configurations.ts` that differ in what is made, and when. */
const NAMES = [
  "defaults",
  "everything overridden",
  "existing bucket and topic",
  "what a platform team asks for",
  "encrypted with an own key",
  "encrypted, with nothing managed and an existing bucket",
  "no managed services",
] as const;

export type ConfigurationName = (typeof NAMES)[number];

/** Runs the program for each. */
export async function recordConfigurations(
  names: readonly ConfigurationName[] = NAMES,
): Promise<readonly Configuration[]> {
  const recorded: Configuration[] = [];
  for (const name of names) {
    recorded.push({ name, stack: await recordStack(CONFIGURATIONS[name]) });
  }
  return recorded;
}

/** What the program registers with `maxInstances` set to `count`. */
export function withInstances(stack: RecordedStack, count: number): RecordedStack {
  const resources = stack.resources.map((resource) => {
    if (!resource.type.endsWith(":Function")) return resource;
    const serviceConfig = { ...record(resource.inputs["serviceConfig"]), maxInstanceCount: count };
    const inputs = { ...resource.inputs, serviceConfig };
    return { ...resource, inputs, text: JSON.stringify(inputs) };
  });
  return { ...stack, resources };
}

/** Accounts that functions run as and that the stack does not make. */
export function existingAccounts({ stack }: Configuration): string[] {
  const made = new Set(stack.resources.map(({ inputs }) => String(inputs["accountId"])));
  return stack.resources
    .map(({ inputs }) => record(inputs["serviceConfig"])["serviceAccountEmail"])
    .filter((email): email is string => typeof email === "string")
    .filter((email) => !made.has(email.replace(/@.*/, "")));
}
