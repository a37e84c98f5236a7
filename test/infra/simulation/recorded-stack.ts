import { resolve } from "node:path";

import type * as pulumi from "@pulumi/pulumi";

import { REPOSITORY } from "../../../archive/bundle.ts";
import { readConfig } from "../../../infra/configuration/read.ts";
import { MixpanelImport } from "../../../infra/mixpanel-import.ts";
import type { Registration } from "../support/registrations.ts";
import { type ProgramOptions, runProgram } from "../support/run-program.ts";

/** Hooks themselves, which a registration has the names of only. */
export interface Hooks {
  readonly beforeCreate: readonly pulumi.ResourceHookFunction[];
  readonly afterCreate: readonly pulumi.ResourceHookFunction[];
  readonly onError: readonly pulumi.ErrorHook[];
}

export interface RecordedResource extends Registration {
  readonly run: Hooks;
  /** The inputs as text: what a state holds, and is compared with. */
  readonly text: string;
}

/** What the program asks of the engine, recorded once and played as often as one likes. */
export interface RecordedStack {
  readonly resources: readonly RecordedResource[];
  /** With `manageIam` off: the lists of commands that are printed, in their order. */
  readonly commands: readonly (readonly string[])[];
  /** Whether it enables APIs, which are new then. */
  readonly managesServices: boolean;
}

/** Runs the program once. Its outputs are those of a deployment that succeeded. */
export async function recordStack(options: ProgramOptions = {}): Promise<RecordedStack> {
  const hooks = new Map<string, Hooks>();
  const noteHooks: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    hooks.set(`${type} ${name}`, hooksOf(opts));
    return undefined;
  };
  const program = (): Promise<Record<string, unknown>> => {
    const args = readConfig();
    const { transform = "" } = args;
    const component = new MixpanelImport(
      "mixpanel-import",
      { ...args, transform: transform === "" ? "" : resolve(REPOSITORY, transform) },
      { transformations: [noteHooks] },
    );
    return Promise.resolve({ bucketUrl: component.bucketUrl });
  };
  const { registrations, infos } = await runProgram({ ...options, program });
  return {
    resources: registrations.map((registration) => ({
      ...registration,
      run: hooks.get(`${registration.type} ${registration.name}`) ?? hooksOf({}),
      text: JSON.stringify(registration.inputs),
    })),
    commands: infos
      .filter((line) => line.includes("manageIam is false"))
      .map((line) => line.split("\n").filter((word) => word.startsWith("gcloud "))),
    managesServices: registrations.some(({ type }) => type === "gcp:projects/service:Service"),
  };
}

function hooksOf(options: pulumi.CustomResourceOptions): Hooks {
  const { beforeCreate = [], afterCreate = [], onError = [] } = options.hooks ?? {};
  const isFunction = (
    hook: pulumi.ResourceHook | pulumi.ResourceHookFunction,
  ): hook is pulumi.ResourceHookFunction => typeof hook === "function";
  return {
    beforeCreate: beforeCreate.filter(isFunction),
    afterCreate: afterCreate.filter(isFunction),
    onError: onError.filter((hook) => typeof hook === "object"),
  };
}
