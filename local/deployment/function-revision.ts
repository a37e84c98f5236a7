import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { UserError } from "../../functions/platform/user-error.ts";
import type { EntryPoint } from "../../functions/settings.ts";
import { type SupervisedFunction, superviseFunction } from "../functions/supervised-function.ts";
import type { AskedBuild } from "./build.ts";
import { localEdge } from "./local-edge.ts";
import type { Site } from "./site.ts";
import { unzip } from "./unzip.ts";

/** A function as the program registers it. */
export interface AskedFunction {
  readonly name: string;
  readonly location: string;
  readonly entryPoint: EntryPoint;
  readonly source: {
    readonly bucket: string;
    readonly object: string;
    readonly generation: number;
  };
  readonly build: AskedBuild;
  /** "" for Google's own keys. */
  readonly key: string;
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

/** One state of a function's code and settings, running. */
export interface Revision {
  readonly process: SupervisedFunction;
  /** What the process was started with, secrets included. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts a process of a function's code and settings, beside those that are there.
 *
 * @param number of the revision
 * @throws Error as Google refuses to read a secret, UserError when it does not start
 */
export async function startRevision(
  asked: AskedFunction,
  number: number,
  site: Site,
): Promise<Revision> {
  const { name, entryPoint } = asked;
  const environment = {
    ...asked.environment,
    ...localEdge(name, {
      mixpanelUrl: site.mixpanelUrl,
      services: await site.access.of(asked.account),
    }),
    ...site.environment[entryPoint],
  };
  const more = site.processes[entryPoint] ?? {};
  const process = await superviseFunction({
    ...more,
    entryPoint,
    source: await unpackSource(asked, number, site),
    environment,
    secrets: () => secretsOf(asked, site),
    nodeOptions: [
      `--max-old-space-size=${heapMegabytes(asked.memory)}`,
      ...(more.nodeOptions ?? []),
    ],
    onLine: (line) => {
      site.onLine(asked, line);
    },
    onCrash: (reason, stderr) => {
      site.onCrash(asked, reason, stderr);
    },
  }).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    // One that is mixed up asks for the settings of the other.
    throw new UserError(`its buildConfig.entryPoint ${error.message}`);
  });
  return { process, environment: { ...secretsOf(asked, site), ...environment } };
}

/** Unpacks the very bytes that were uploaded. @returns the folder */
async function unpackSource(
  { name, source }: AskedFunction,
  revision: number,
  site: Site,
): Promise<string> {
  const { bucket, object, generation } = source;
  const archive = await site.bucket.read(bucket, object, String(generation));
  const folder = path.join(site.folder, "functions", name, String(revision));
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
