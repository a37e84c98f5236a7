import { readFile } from "node:fs/promises";
import path from "node:path";

import { REPOSITORY } from "../../check/load-transform.ts";
import { isObject, parseJson } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { findRunningCloud } from "../../local/run/running-cloud.ts";
import { pulumiOutputs } from "./pulumi-outputs.ts";
import type { StackFlags } from "./stack-options.ts";
import { OUTPUT_NAMES, stackOf, type Stack } from "./stack.ts";

/** Outputs of a stack by name. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * Finds the stack that the flags name: a local cloud that runs, a file of outputs, or what Pulumi
 * says of a stack, the selected one by default; `--set` wins over each of its outputs.
 *
 * @throws UserError saying what is missing and how to give it
 */
export async function findStack(flags: StackFlags, signal: AbortSignal): Promise<Stack> {
  refuseTwoOrigins(flags);
  const given = readGiven(flags.set ?? []);
  if (flags.local === true) return await findLocal(given);
  const { outputs, title, origin } = await findOutputs(flags, given, signal);
  return stackOf({ ...outputs, ...given }, { title, origin, local: undefined });
}

function refuseTwoOrigins({ local, outputs, stack }: StackFlags): void {
  const origins = [
    ...(local === true ? ["--local"] : []),
    ...(outputs === undefined ? [] : ["--outputs"]),
    ...(stack === undefined ? [] : ["--stack"]),
  ];
  if (origins.length > 1)
    throw new UserError(`${origins.join(" and ")} each name a stack. Give one of them.`, 2);
}

/** The outputs given by hand. @throws UserError for what is not NAME=VALUE, or no output's name */
export function readGiven(settings: readonly string[]): Outputs {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
      if (OUTPUT_NAMES.some((known) => known === name)) return [name, value];
      const names = OUTPUT_NAMES.join(", ");
      throw new UserError(`--set ${setting}: give NAME=VALUE, where NAME is one of ${names}.`, 2);
    }),
  );
}

async function findLocal(given: Outputs): Promise<Stack> {
  const cloud = await findRunningCloud(path.join(REPOSITORY, ".local"));
  if (cloud === undefined)
    throw new UserError("No local cloud is running. Start one: npm run local -- --keep");
  const { outputs, services: local } = cloud;
  const title = "the local cloud";
  return stackOf({ ...outputs, ...given }, { title, origin: "Those of the local cloud", local });
}

interface FoundOutputs {
  readonly outputs: Outputs;
  readonly title: string;
  readonly origin: string;
}

async function findOutputs(
  { outputs: file, stack }: StackFlags,
  given: Outputs,
  signal: AbortSignal,
): Promise<FoundOutputs> {
  if (file !== undefined)
    return { outputs: await readOutputs(file), title: `the stack of ${file}`, origin: file };
  const isComplete = OUTPUT_NAMES.every((name) => name in given || name === "dashboardUrl");
  if (isComplete && stack === undefined)
    return { outputs: {}, title: "the stack given with --set", origin: "Those given with --set" };
  const title = stack === undefined ? "the selected stack" : `the stack ${stack}`;
  return { outputs: await pulumiOutputs(stack, signal), title, origin: `Those of ${title}` };
}

async function readOutputs(file: string): Promise<Outputs> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UserError(`--outputs ${file} cannot be read: ${code}.`, 2);
  });
  const outputs = parseJson(text);
  if (isObject(outputs)) return outputs;
  throw new UserError(
    `--outputs ${file} is no JSON object. Write it: pulumi stack output --json > ${file}`,
    2,
  );
}
