import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { ENTRY_POINTS, type EntryPoint } from "../../functions/settings.ts";
import { localTransformSecret } from "../../functions/transforms/test-secret.ts";
import { DEAD_LETTER_REPORT, namesOf } from "../cloud-names.ts";
import type { LocalCloud, LocalCloudOptions } from "../cloud.ts";
import type { SupervisedFunction } from "../functions/supervised-function.ts";
import { adaptResource, type Adaptation } from "./adapt-resource.ts";
import { type Deployment, startDeployment } from "./deployment.ts";
import { existingIn } from "./existing.ts";
import {
  DEFAULT_PROGRAM,
  deployRecorded,
  LOCAL_PROJECT,
  type RecordedProgram,
} from "./recorded-program.ts";
import type { Resource } from "./resource.ts";
import { zip } from "./zip.ts";

export interface DeployedCloudOptions
  extends
    Pick<
      LocalCloudOptions,
      "functionSource" | "token" | "keepsDeadLetters" | "processes" | "onLine" | "onCrash"
    >,
    Pick<Adaptation, "delivery"> {
  /** Where everything is kept. */
  readonly folder: string;
  /**
   * The stack's settings, with their namespace. The program is run with them, which takes seconds;
   * without any, what it registers then is known.
   */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Deploys the program on this machine. What is not as registered is said in `adapt-resource.ts`.
 *
 * @throws UserError when it cannot be deployed, or what it starts cannot start; what was started by
 *   then is stopped again
 */
export async function startDeployedCloud(options: DeployedCloudOptions): Promise<LocalCloud> {
  const { settings, folder, processes, onLine, onCrash } = options;
  const entryPoints = createEntryPoints();
  const deployment = await startDeployment({
    ...LOCAL_PROJECT,
    folder,
    mixpanel: { rateLimit: "off" },
    existing: existingIn(settings),
    ...(processes !== undefined && { processes }),
    onLine: (name, line) => onLine?.(entryPoints.of(name), line),
    onCrash: (name, reason, stderr) => onCrash?.(entryPoints.of(name), reason, stderr),
  });
  try {
    const program = await deploy(deployment, options, entryPoints.note);
    return cloudOf(deployment, program, options, entryPoints.of);
  } catch (error) {
    await deployment.stop();
    throw error;
  }
}

/** Which function has which entry point, of those whose resources were seen. */
function createEntryPoints() {
  const byName = new Map<string, EntryPoint>();
  return {
    note: ({ type, inputs }: Resource): void => {
      if (type !== "gcp:cloudfunctionsv2/function:Function") return;
      const text = JSON.stringify(inputs["buildConfig"]);
      const found = ENTRY_POINTS.find((one) => text.includes(`"entryPoint":"${one}"`));
      if (found !== undefined) byName.set(String(inputs["name"]), found);
    },
    of: (name: string): EntryPoint => byName.get(name) ?? "importObject",
  };
}

async function deploy(
  deployment: Deployment,
  options: DeployedCloudOptions,
  note: (resource: Resource) => void,
): Promise<RecordedProgram> {
  const archive = await archiveOf(options.functionSource);
  const token = options.token ?? deployment.simulator.token;
  const adapt = adaptResource({ ...options, archive, token, secret: localTransformSecret() });
  const change = (resource: Resource): Resource => {
    note(resource);
    return adapt(resource);
  };
  if (Object.keys(options.settings).length === 0) {
    await deployRecorded(deployment, DEFAULT_PROGRAM, { archive, change });
    return DEFAULT_PROGRAM;
  }
  // Pulumi takes a second to load: nobody else is to wait for it.
  const { deployProgram } = await import("./program/deploy-program.ts");
  const { localProgram } = await import("./program/local-config.ts");
  const { recordProgram } = await import("./program/record-program.ts");
  const target = {
    ...deployment,
    deploy: (resource: Resource) => deployment.deploy(change(resource)),
  };
  return recordProgram(await deployProgram(target, localProgram(options.settings)));
}

/** The functions as Pulumi uploads them. */
async function archiveOf(folder: string): Promise<Buffer> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = files
    .filter((file) => file.isFile())
    .map(async ({ parentPath, name }): Promise<[string, Buffer]> => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file), await readFile(file)];
    });
  return zip(Object.fromEntries(await Promise.all(entries)));
}

function cloudOf(
  deployment: Deployment,
  program: RecordedProgram,
  { keepsDeadLetters = false }: DeployedCloudOptions,
  entryPointOf: (name: string) => EntryPoint,
): LocalCloud {
  const { bucket, pubsub, simulator, functions } = deployment;
  const names = namesOf(program);
  if (keepsDeadLetters)
    pubsub.createSubscription({
      name: DEAD_LETTER_REPORT,
      topic: names.deadLetterTopic,
      ackDeadlineSeconds: 600,
    });
  const processOf = (entryPoint: EntryPoint): SupervisedFunction => {
    const found = [...functions].find(([name]) => entryPointOf(name) === entryPoint);
    if (found === undefined) throw new Error(`The program deploys no ${entryPoint}.`);
    return found[1].process;
  };
  return {
    ...{ bucket, pubsub, simulator, names },
    stop: (graceMs) => deployment.stop(graceMs),
    outputs: program.outputs,
    functions: {
      importObject: processOf("importObject"),
      importMessages: processOf("importMessages"),
    },
    idle: () => pubsub.idle([names.objectsSubscription, names.eventsSubscription]),
  };
}
