import * as pulumi from "@pulumi/pulumi";

import {
  deployInto,
  type ProgramOptions,
  type ProgramRun,
} from "../../../local/deployment/program/deploy-program.ts";
import { PROGRAM_FOLDER } from "../../../local/deployment/program/run-program.ts";
import type { Deployment } from "../../../local/deployment/deployment.ts";
import type { Deployed, Resource } from "../../../local/deployment/resource.ts";
import { record } from "../../infra/support/run-program.ts";

let runs = 0;

/**
 * `pulumi up` in this process: runs the program, which takes a second or two the first time and a
 * third of a second afterwards, and takes away what it does not register any more.
 *
 * @throws UserError for the first resource that cannot be made; nothing is made after it
 */
export async function up(
  deployment: Pick<Deployment, "deploy" | "invoke" | "prune">,
  { config, stack = "dev" }: ProgramOptions,
): Promise<ProgramRun> {
  pulumi.runtime.setAllConfig({ ...config });
  const registered = new Map<string, Registered>();
  const { target, failure } = untilFailure(deployment);
  const { mocks, made } = deployInto(target, (name) => registered.get(name)?.options);
  await pulumi.runtime.setMocks(mocks, "mixpanel-gcp", stack);
  noteRegistrations(registered);
  const outputs = await runProgram().finally(failure);
  await deployment.prune();
  const steps = made.map((step) => ({
    ...step,
    dependsOn: registered.get(step.resource.name)?.dependsOn ?? [],
  }));
  return { steps, outputs };
}

/** Of what is not made. A function without an address would be what the program complains of. */
const NOTHING: Deployed = {
  id: "",
  outputs: { serviceConfig: { uri: "https://nothing.invalid" } },
};

/** A rejection would end this process, deep in Pulumi: the program goes on with nothing made. */
function untilFailure(deployment: Pick<Deployment, "deploy" | "invoke">) {
  const failures: unknown[] = [];
  const deploy = async (resource: Resource): Promise<Deployed> => {
    if (failures.length > 0) return NOTHING;
    try {
      return await deployment.deploy(resource);
    } catch (error) {
      failures.push(error);
      return NOTHING;
    }
  };
  const invoke: Deployment["invoke"] = (token, inputs) => {
    try {
      return deployment.invoke(token, inputs);
    } catch (error) {
      failures.push(error);
      return {};
    }
  };
  return {
    target: { deploy, invoke },
    /** The first one, of which what the program says of the outputs it misses is a consequence. */
    failure: (): void => {
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** @returns what it exports */
async function runProgram(): Promise<Record<string, unknown>> {
  const restoreStacks = withoutStacks();
  const folder = process.cwd();
  // As Pulumi runs it: paths of its assets are relative to that.
  process.chdir(PROGRAM_FOLDER);
  runs += 1;
  try {
    // The program is a module that runs once: the query makes it another module.
    const exported = record(await import(`../../../infra/index.ts?up=${runs}`));
    const entries = Object.entries(exported).map(async ([key, value]) => [
      key,
      await settled(value),
    ]);
    return Object.fromEntries(await Promise.all(entries)) as Record<string, unknown>;
  } finally {
    // Waits for what is still being registered.
    await pulumi.runtime.disconnect();
    process.chdir(folder);
    restoreStacks();
  }
}

function settled(value: unknown): unknown {
  if (!pulumi.Output.isInstance(value)) return value;
  return new Promise((resolve) => value.apply(resolve));
}

/** What the engine is told of a resource, beside its inputs. */
interface Registered {
  readonly options: Pick<Resource, "protect" | "retainOnDelete">;
  readonly dependsOn: readonly string[];
}

interface Request {
  getName(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
}
type Rpc = (request: Request, callback: (error: unknown, response: unknown) => void) => unknown;

/** Mocks are told the inputs only. Internal to Pulumi, whose version is pinned. */
function noteRegistrations(registered: Map<string, Registered>): void {
  // The monitor's published type knows neither mocks nor the messages' getters.
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: Rpc;
    registerResourceHook?: Rpc;
    registerErrorHook?: Rpc;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    registered.set(request.getName(), {
      options: { protect: request.getProtect(), retainOnDelete: request.getRetainondelete() },
      // `urn:pulumi:STACK::PROJECT::TYPES::NAME`
      dependsOn: request.getDependenciesList().map((urn) => urn.replace(/^.*::/, "")),
    });
    return register(request, callback);
  };
  const accept: Rpc = (_request, callback) => {
    callback(null, {});
  };
  monitor.registerResourceHook = accept;
  monitor.registerErrorHook = accept;
}

/** Pulumi notes a stack for each promise, to name those that leak: four fifths of a run's time. */
function withoutStacks(): () => void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
  };
}
