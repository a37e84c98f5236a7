import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { MixpanelImportArgs } from "./arguments.ts";
import { CONFIGURATION, type ConfigKey, configKeys } from "./schema.ts";

/**
 * The configuration of the current stack as arguments of the component. What is not of its type is
 * handed on as the text it is: the component judges every value, whoever gives it, and names all
 * that is wrong at once.
 */
export function readConfig(config = new pulumi.Config()): MixpanelImportArgs {
  const declared = configKeys().map((key): [string, unknown] => [key, decode(config, key)]);
  const args: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries<unknown>(declared),
    labels: parsed(config.get("labels")),
    formats: parsed(config.get("formats")),
    mixpanelToken: config.getSecret("mixpanelToken"),
    transformSecret: readTransformSecret(config),
    project: gcp.config.project,
  };
  // Values of unknown types, which is what the component expects of any program that is not
  // TypeScript.
  return args as unknown as MixpanelImportArgs;
}

/**
 * The keys that are encrypted, as a list in JSON: how the command line tells the program
 * (https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/config.ts).
 */
const ENCRYPTED_KEYS = "PULUMI_CONFIG_SECRET_KEYS";

/**
 * Undefined when it is not set, or set to "". Not declared, it may be in the stack's file as it is:
 * the command line does not refuse that, as it does for the token.
 */
function readTransformSecret(config: pulumi.Config): pulumi.Output<string> | undefined {
  const key = "transformSecret";
  if (!config.get(key)) return undefined;
  const encrypted = process.env[ENCRYPTED_KEYS];
  if (encrypted?.includes(JSON.stringify(`${config.name}:${key}`)) === false)
    void pulumi.log.warn(
      `${key} is not encrypted in the stack's file: pulumi config set --secret ${key}`,
    );
  return config.getSecret(key);
}

/** The value of `key` in the type it is declared with; the text itself when it cannot be. */
function decode(config: pulumi.Config, key: ConfigKey): unknown {
  const text = config.get(key);
  if (text === undefined) return undefined;
  switch (CONFIGURATION[key].type) {
    case "string":
      return text;
    case "integer":
      return /^\s*-?\d+\s*$/.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : text;
    case "array":
      return parsed(text);
  }
}

/** JSON as Pulumi stores lists and objects; the text itself when it is not JSON. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
