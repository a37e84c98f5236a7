import { isDeepStrictEqual } from "node:util";

import { isObject } from "../../functions/platform/json.ts";
import { ENTRY_POINTS, type EntryPoint } from "../../functions/settings.ts";
import type { SupervisedFunction } from "../functions/supervised-function.ts";
import { checkBuild, readBuild } from "./build.ts";
import { FUNCTION_ENCRYPTION, requireKey } from "./encryption.ts";
import { readVariableName, readVariables } from "./function-environment.ts";
import { type AskedFunction, startRevision } from "./function-revision.ts";
import type { Inputs } from "./inputs.ts";
import { type AnyKind, type Change, defineKind, LABELS } from "./kind.ts";
import { type Backend, startServiceFront } from "./service-front.ts";
import type { Deployed, Resource } from "./resource.ts";
import type { Site } from "./site.ts";

const NO_BUILD = "nothing is built here";
const ONE_INSTANCE = "one instance is always there, and no second one";
const NO_NETWORK = "what leaves this machine goes to the local Mixpanel only";

const cloudFunction = defineKind({
  // It is built by the second, kept by the third and run by the fourth.
  apis: [
    "cloudfunctions.googleapis.com",
    "cloudbuild.googleapis.com",
    "artifactregistry.googleapis.com",
    "run.googleapis.com",
  ],
  withoutMeaning: {
    description: "nothing shows it here",
    labels: LABELS,
    "buildConfig.runtime": "it runs on the Node that runs the local cloud",
    "buildConfig.environmentVariables": NO_BUILD,
    "serviceConfig.availableCpu": "it shares this machine's processors",
    "serviceConfig.minInstanceCount": ONE_INSTANCE,
    "serviceConfig.maxInstanceCount": ONE_INSTANCE,
    "serviceConfig.directVpcNetworkInterfaces": NO_NETWORK,
    "serviceConfig.directVpcEgress": NO_NETWORK,
  },
  read: askedFunction,
  make: startCloudFunction,
  change: changeCloudFunction,
  remove: async ({ name }, { functions }) => {
    const running = functions.get(name);
    functions.delete(name);
    await running?.process.stop();
    await running?.front.stop();
  },
  keepsName: true,
  // Who may call it is the policy of its service.
  fullName: ({ id }) => id.replace("/functions/", "/services/"),
});

function askedFunction(inputs: Inputs): AskedFunction {
  const build = inputs.object("buildConfig");
  const source = build.object("source").object("storageSource");
  const entryPoint = ENTRY_POINTS.find((known) => known === build.text("entryPoint"));
  const config = inputs.object("serviceConfig");
  // Loopback is as internal as it gets.
  config.mustBe("ingressSettings", "ALLOW_INTERNAL_ONLY");
  config.only("allTrafficOnLatestRevision", true);
  checkInstances(config);
  const environment = readVariables(config);
  return {
    name: inputs.text("name"),
    location: inputs.text("location"),
    entryPoint: entryPoint ?? build.refuse("entryPoint", `has to be ${ENTRY_POINTS.join(" or ")}`),
    source: {
      bucket: source.text("bucket"),
      object: source.text("object"),
      generation: source.number("generation"),
    },
    build: readBuild(build),
    key: inputs.optionalText("kmsKeyName"),
    memory: config.text("availableMemory"),
    timeoutSeconds: config.integer("timeoutSeconds", 1, 3600),
    concurrency: config.integer("maxInstanceRequestConcurrency", 1, 1000),
    account: config.text("serviceAccountEmail"),
    environment,
    secrets: readSecrets(config, environment),
  };
}

/** One instance runs here, whatever they say. With Google 0 means the default. */
function checkInstances(config: Inputs): void {
  const most = config.optionalInteger("maxInstanceCount", 1, Infinity) ?? Infinity;
  const least = config.optionalInteger("minInstanceCount", 0, Infinity) ?? 0;
  if (least > most) config.refuse("minInstanceCount", `is ${least}, and at most ${most} may be`);
}

/** A variable has one value: it is refused twice, and as a plain one beside. */
function readSecrets(
  config: Inputs,
  plain: AskedFunction["environment"],
): AskedFunction["secrets"] {
  const known = new Set(Object.keys(plain));
  return config.objects("secretEnvironmentVariables").map((variable) => {
    const key = readVariableName(variable);
    if (known.has(key)) variable.refuse("key", `is ${key}, which is set already`);
    known.add(key);
    return {
      key,
      secret: `projects/${variable.text("projectId")}/secrets/${variable.text("secret")}`,
      version: readVersion(variable),
    };
  });
}

/** What a function is not pinned to changes under it, with no revision that says so. */
function readVersion(secret: Inputs): string {
  const version = secret.text("version");
  return /^\d+$/.test(version)
    ? version
    : secret.refuse("version", `is ${version}, and has to be the number of one`);
}

async function startCloudFunction(asked: AskedFunction, site: Site): Promise<Deployed> {
  const { name, location } = asked;
  if (site.functions.has(name)) throw new Error(`Function ${name} already exists.`);
  requireAccount(asked, site);
  requireKey(asked.key, FUNCTION_ENCRYPTION, site);
  checkBuild(asked.build, asked, site);
  const { process, environment } = await startRevision(asked, 1, site);
  // https://cloud.google.com/run/docs/triggering/https-request#deterministic
  const uri = `https://${name}-${site.projectNumber}.${location}.run.app`;
  const service = `projects/${site.project}/locations/${location}/services/${name}`;
  const front = await startServiceFront({
    audience: uri,
    mayInvoke: (email) => site.policy.caller(email).may("run.routes.invoke", service),
    backend: backendOf(asked, process, site),
  });
  const { entryPoint } = asked;
  site.functions.set(name, { entryPoint, uri, service, front, process, environment, revision: 1 });
  return {
    id: `projects/${site.project}/locations/${location}/functions/${name}`,
    outputs: { url: uri, state: "ACTIVE", serviceConfig: { uri, service } },
  };
}

/**
 * The new revision takes over as soon as it listens, and the old one finishes what it has: nothing
 * is without an instance, and the address stays. One that does not start changes nothing.
 */
async function changeCloudFunction(
  { from, to, deployed }: Change<AskedFunction>,
  site: Site,
): Promise<Deployed | undefined> {
  const running = site.functions.get(to.name);
  if (running === undefined || from.name !== to.name || from.location !== to.location)
    return undefined;
  requireAccount(to, site);
  // Only what has no meaning here is another one.
  if (isDeepStrictEqual(from, to)) return deployed;
  // Google builds anew with every change (hashicorp/terraform-provider-google#23781).
  requireKey(to.key, FUNCTION_ENCRYPTION, site);
  checkBuild(to.build, to, site);
  const revision = running.revision + 1;
  const { process, environment } = await startRevision(to, revision, site);
  running.front.serve(backendOf(to, process, site));
  const { entryPoint } = to;
  site.functions.set(to.name, { ...running, entryPoint, process, environment, revision });
  await running.process.stop();
  return deployed;
}

function backendOf(
  { entryPoint, concurrency, timeoutSeconds }: AskedFunction,
  { url: target }: SupervisedFunction,
  { delivery }: Site,
): Backend {
  return {
    target,
    timeoutSeconds,
    concurrency: delivery[entryPoint]?.maxOutstanding ?? concurrency,
  };
}

function requireAccount({ account }: AskedFunction, { accounts }: Site): void {
  if (!accounts.has(account)) throw new Error(`Service account ${account} does not exist.`);
}

const FUNCTION_TYPE = "gcp:cloudfunctionsv2/function:Function";

/** Whether a resource is the function with this entry point. */
export function deploysFunction({ type, inputs }: Resource, entryPoint: EntryPoint): boolean {
  const { buildConfig } = inputs;
  return (
    type === FUNCTION_TYPE && isObject(buildConfig) && buildConfig["entryPoint"] === entryPoint
  );
}

export const FUNCTION_KINDS: Readonly<Record<string, AnyKind>> = {
  [FUNCTION_TYPE]: cloudFunction,
};
