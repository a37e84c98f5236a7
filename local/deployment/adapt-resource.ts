import { isObject } from "../../functions/platform/json.ts";
import { DEFAULT_TOKEN } from "../mixpanel/simulator.ts";
import { ARCHIVE_TYPE } from "./recorded-program.ts";
import type { Resource } from "./resource.ts";

/**
 * What is otherwise on a laptop than registered; beside that only how messages are delivered, in
 * `delivery.ts`.
 */
export interface Adaptation {
  /** The functions' archive, built with the transform of the run. */
  readonly archive: Uint8Array;
  /** The functions' token: what the local Mixpanel accepts, or what a person wants to try. */
  readonly token: string;
  /** `TRANSFORM_SECRET`, where the stack has none: its own one is a secret. */
  readonly secret: string;
}

type Inputs = Readonly<Record<string, unknown>>;

/** Makes what alters the resources of a program before they are made. */
export function adaptResource(adaptation: Adaptation): (resource: Resource) => Resource {
  const { archive, token, secret } = adaptation;
  const adapt: Readonly<Record<string, (inputs: Inputs) => Inputs>> = {
    [ARCHIVE_TYPE]: (inputs) => ({ ...inputs, source: archive }),
    "gcp:secretmanager/secretVersion:SecretVersion": (inputs) =>
      inputs["secretData"] === DEFAULT_TOKEN ? { ...inputs, secretData: token } : inputs,
    "gcp:cloudfunctionsv2/function:Function": (inputs) => withSecret(inputs, secret),
  };
  return (resource) => ({
    ...resource,
    inputs: adapt[resource.type]?.(resource.inputs) ?? resource.inputs,
  });
}

function withSecret(inputs: Inputs, secret: string): Inputs {
  const { serviceConfig } = inputs;
  if (!isObject(serviceConfig)) return inputs;
  const { environmentVariables: variables, secretEnvironmentVariables: secrets } = serviceConfig;
  // In both lists, as which Google refuses it, it would hide the stack's own one.
  const isSecret = ofList(secrets).some(
    (one) => isObject(one) && one["key"] === "TRANSFORM_SECRET",
  );
  const environmentVariables = {
    ...(!isSecret && { TRANSFORM_SECRET: secret }),
    // As `check` reads it, which has no stack.
    ...(process.env["FORMATS"] !== undefined && { FORMATS: process.env["FORMATS"] }),
    ...(isObject(variables) && variables),
  };
  return { ...inputs, serviceConfig: { ...serviceConfig, environmentVariables } };
}

function ofList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
