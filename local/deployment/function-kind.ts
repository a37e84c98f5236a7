import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { ENTRY_POINTS, type EntryPoint } from "../../functions/settings.ts";
import { superviseFunction } from "../functions/supervised-function.ts";
import { type AskedBuild, checkBuild, readBuild } from "./build.ts";
import { readVariableName, readVariables } from "./function-environment.ts";
import type { Inputs } from "./inputs.ts";
import { type AnyKind, defineKind, KMS_KEY, LABELS } from "./kind.ts";
import { localEdge } from "./local-edge.ts";
import { startServiceFront } from "./service-front.ts";
import type { Site } from "./site.ts";
import { unzip } from "./unzip.ts";

const NO_BUILD = "nothing is built here";
const ONE_INSTANCE = "one instance is always there, and no second one";
const NO_NETWORK = "what leaves this machine goes to the local Mixpanel only";

interface AskedFunction {
  readonly name: string;
  readonly location: string;
  readonly entryPoint: EntryPoint;
  readonly source: {
    readonly bucket: string;
    readonly object: string;
    readonly generation: number;
  };
  readonly build: AskedBuild;
  readonly memory: string;
  readonly timeoutSeconds: number;
  readonly concurrency: number;
  /** Address of the account it runs as. */
  readonly account: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretVariable[];
}

interface SecretVariable {
  readonly key: string;
  /** `projects/P/secrets/S` */
  readonly secret: string;
  readonly version: string;
}

const cloudFunction = defineKind({
  withoutMeaning: {
    description: "nothing shows it here",
    labels: LABELS,
    kmsKeyName: KMS_KEY,
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
});

function askedFunction(inputs: Inputs): AskedFunction {
  const build = inputs.object("buildConfig");
  const source = build.object("source").object("storageSource");
  const entryPoint = ENTRY_POINTS.find((known) => known === build.text("entryPoint"));
  const config = inputs.object("serviceConfig");
  // Loopback is as internal as it gets.
  config.only("ingressSettings", "ALLOW_INTERNAL_ONLY");
  config.only("allTrafficOnLatestRevision", true);
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
    memory: config.text("availableMemory"),
    timeoutSeconds: config.number("timeoutSeconds"),
    concurrency: config.number("maxInstanceRequestConcurrency"),
    account: config.text("serviceAccountEmail"),
    environment: readVariables(config),
    secrets: config.objects("secretEnvironmentVariables").map((variable) => ({
      key: readVariableName(variable),
      secret: `projects/${variable.text("projectId")}/secrets/${variable.text("secret")}`,
      version: variable.text("version"),
    })),
  };
}

async function startCloudFunction(asked: AskedFunction, site: Site) {
  const { name, location, entryPoint } = asked;
  if (site.functions.has(name)) throw new Error(`Function ${name} already exists.`);
  if (!site.accounts.has(asked.account))
    throw new Error(`Service account ${asked.account} does not exist.`);
  checkBuild(asked.build, asked, site);
  const environment = {
    ...asked.environment,
    ...secretsOf(asked, site),
    ...localEdge(name, {
      mixpanelUrl: site.mixpanelUrl,
      services: await site.access.of(asked.account),
    }),
  };
  const more = site.processes[entryPoint] ?? {};
  const process = await superviseFunction({
    ...more,
    entryPoint,
    source: await unpackSource(asked, site),
    environment,
    nodeOptions: [
      `--max-old-space-size=${heapMegabytes(asked.memory)}`,
      ...(more.nodeOptions ?? []),
    ],
    onLine: (line) => {
      site.onLine(name, line);
    },
    onCrash: (reason, stderr) => {
      site.onCrash(name, reason, stderr);
    },
  });
  // https://cloud.google.com/run/docs/triggering/https-request#deterministic
  const uri = `https://${name}-${site.projectNumber}.${location}.run.app`;
  const { timeoutSeconds, concurrency } = asked;
  const service = `projects/${site.project}/locations/${location}/services/${name}`;
  const front = await startServiceFront({
    target: process.url,
    audience: uri,
    mayInvoke: (email) => site.policy.caller(email).may("run.routes.invoke", service),
    concurrency,
    timeoutSeconds,
  });
  site.functions.set(name, { uri, service, front, process, environment });
  return {
    id: `projects/${site.project}/locations/${location}/functions/${name}`,
    outputs: { url: uri, state: "ACTIVE", serviceConfig: { uri, service } },
  };
}

/** Unpacks the very bytes that were uploaded. @returns the folder */
async function unpackSource({ name, source }: AskedFunction, site: Site): Promise<string> {
  const { bucket, object, generation } = source;
  const archive = await site.bucket.read(bucket, object, String(generation));
  const folder = path.join(site.folder, "functions", name);
  for (const [file, content] of unzip(archive)) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  return folder;
}

/** An instance gets them when it starts, as the account it runs as. */
function secretsOf({ secrets, account }: AskedFunction, site: Site): Record<string, string> {
  const caller = site.policy.caller(account);
  return Object.fromEntries(
    secrets.map(({ key, secret, version }) => {
      const name = `${secret}/versions/${version}`;
      if (!caller.may("secretmanager.versions.access", name))
        // https://github.com/getsentry/eng-pipes/pull/893
        throw new Error(
          `Permission denied on secret: ${name} for Revision service account ${account}. The service ` +
            "account used must be granted the 'Secret Manager Secret Accessor' role " +
            "(roles/secretmanager.secretAccessor) at the secret, project or higher level.",
        );
      const data = site.secrets.get(secret)?.[Number(version) - 1];
      if (data === undefined) throw new Error(`Secret ${name} was not found.`);
      return [key, data];
    }),
  );
}

const UNITS: Readonly<Record<string, number>> = {
  Mi: 1,
  Gi: 1024,
  M: 1e6 / 2 ** 20,
  G: 1e9 / 2 ** 20,
};
/** What the buildpack for Node leaves beside the heap (GoogleCloudPlatform/buildpacks). */
const BESIDE_HEAP_MEGABYTES = 64;

function heapMegabytes(memory: string): number {
  const [, amount, unit = ""] = /^(\d+)(Mi|Gi|M|G)$/.exec(memory) ?? [];
  const megabytes = Math.floor(Number(amount) * (UNITS[unit] ?? NaN)) - BESIDE_HEAP_MEGABYTES;
  if (megabytes > 0) return megabytes;
  throw new Error(`${memory} is no amount of memory for a function, such as 1Gi.`);
}

export const FUNCTION_KINDS: Readonly<Record<string, AnyKind>> = {
  "gcp:cloudfunctionsv2/function:Function": cloudFunction,
};
