import { mock } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";

import { type Registration, recordRegistrations, UNKNOWN } from "./registrations.ts";

export const PROJECT_ID = "acme-data";
export const TOKEN = "planted-token-5f1c";
export const STORAGE_AGENT = "service-42@gs-project-accounts.iam.gserviceaccount.com";

/** One run of a program under mocks. */
export interface ProgramRun {
  readonly registrations: readonly Registration[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** Inputs of the invokes, by token. */
  readonly calls: readonly { readonly token: string; readonly inputs: unknown }[];
}

export interface ProgramOptions {
  /** Keys without a namespace are the program's own. */
  readonly config?: Readonly<Record<string, string>>;
  readonly stack?: string;
  /** Whether outputs are unknown, as in the first preview. */
  readonly preview?: boolean;
  /** @default the program of this repository */
  readonly program?: () => Promise<Readonly<Record<string, unknown>>>;
}

let runs = 0;

/**
 * Runs the stack's program under mocks and records everything it registers. Mocks prove what is
 * asked for, not that Google Cloud accepts it; `provider-rules.ts` stands in for the provider's own
 * checks.
 */
export async function runProgram(options: ProgramOptions = {}): Promise<ProgramRun> {
  const calls: { token: string; inputs: unknown }[] = [];
  const warnings = captureWarnings();
  pulumi.runtime.setAllConfig(namespaced(options.config ?? {}));
  const preview = options.preview === true;
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        const given: unknown = inputs;
        return providerAnswer(
          type,
          name,
          isRecord(given) ? given : {},
          preview || custom === false,
        );
      },
      call: ({ token, inputs }) => {
        calls.push({ token, inputs });
        return { ...record(inputs), emailAddress: STORAGE_AGENT, number: "42" };
      },
    },
    "mixpanel-gcp",
    options.stack ?? "dev",
    preview,
  );
  const registrations = recordRegistrations();
  const restoreStacks = withoutStacks();
  try {
    const outputs = await settle(await (options.program ?? importProgram)(), preview);
    return { registrations, outputs, warnings: warnings.lines, infos: warnings.infos, calls };
  } finally {
    // Waits for what is still being registered; without it the next run would be mixed up with this
    // one.
    await pulumi.runtime.disconnect();
    restoreStacks();
    warnings.restore();
  }
}

/**
 * Pulumi notes a stack for each promise, to name those that leak; that is four fifths of what a run
 * costs, and no test looks at them.
 */
function withoutStacks(): () => void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
  };
}

/** The program is a module that runs once: the query makes it another module. */
async function importProgram(): Promise<Record<string, unknown>> {
  runs += 1;
  const specifier = `../../../infra/index.ts?run=${runs}`;
  return record(await import(specifier));
}

/**
 * What the provider would answer: the inputs, and what only it knows. In a preview nobody knows
 * that yet.
 */
export function providerAnswer(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  unknown: boolean,
): { id: string; state: Record<string, unknown> } {
  if (unknown) return { id: "", state: { ...inputs, ...unknownOutputs(type, inputs) } };
  const text = (key: string) => String(inputs[key]);
  const email = `${text("accountId")}@${PROJECT_ID}.iam.gserviceaccount.com`;
  const known: Record<string, { id?: string; state?: Record<string, unknown> }> = {
    "gcp:storage/bucket:Bucket": { id: text("name"), state: {} },
    "gcp:storage/bucketObject:BucketObject": { state: { generation: 1_700_000_000_000_001 } },
    "gcp:pubsub/topic:Topic": { id: `projects/${PROJECT_ID}/topics/${text("name")}` },
    "gcp:pubsub/subscription:Subscription": {
      id: `projects/${PROJECT_ID}/subscriptions/${text("name")}`,
    },
    "gcp:serviceaccount/account:Account": {
      state: {
        email,
        member: `serviceAccount:${email}`,
        name: `projects/${PROJECT_ID}/serviceAccounts/${email}`,
      },
    },
    "gcp:secretmanager/secret:Secret": { id: `projects/${PROJECT_ID}/secrets/${text("secretId")}` },
    "gcp:secretmanager/secretVersion:SecretVersion": { state: { version: "1" } },
    "gcp:artifactregistry/repository:Repository": {
      id: `projects/${PROJECT_ID}/locations/${text("location")}/repositories/${text("repositoryId")}`,
      state: { name: text("repositoryId") },
    },
    "gcp:cloudfunctionsv2/function:Function": {
      state: {
        serviceConfig: {
          ...record(inputs["serviceConfig"]),
          uri: `https://${text("name")}.a.run.app`,
        },
      },
    },
    "gcp:monitoring/slo:Slo": {
      state: {
        name: `projects/42/services/${text("service")}/serviceLevelObjectives/${text("sloId")}`,
      },
    },
    "gcp:monitoring/dashboard:Dashboard": { id: "projects/42/dashboards/board-1" },
  };
  const { id = `${name}-id`, state = {} } = known[type] ?? {};
  return { id, state: { ...inputs, ...state } };
}

/** What a preview knows to be unknown, where programs look into it. */
function unknownOutputs(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (type !== "gcp:cloudfunctionsv2/function:Function") return {};
  return { serviceConfig: { ...record(inputs["serviceConfig"]), uri: UNKNOWN } };
}

/** Values of the outputs; in a preview an unknown one is `undefined`. */
async function settle(
  exported: Readonly<Record<string, unknown>>,
  preview: boolean,
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(exported))
    values[key] = pulumi.Output.isInstance(value) ? await valueOf(value, preview) : value;
  return values;
}

function valueOf(output: pulumi.Output<unknown>, preview: boolean): Promise<unknown> {
  const known = new Promise<unknown>((resolve) => {
    output.apply(resolve);
  });
  // An unknown output never calls back.
  return preview ? Promise.race([known, sleep(20, undefined)]) : known;
}

/** Without an engine Pulumi writes its diagnostics to the console. */
function captureWarnings(): {
  readonly lines: string[];
  readonly infos: string[];
  readonly restore: () => void;
} {
  const lines: string[] = [];
  const infos: string[] = [];
  const note = (...parts: unknown[]): void => {
    lines.push(parts.map(String).join(" "));
  };
  const spies = (["warn", "error"] as const).map((method) =>
    mock.method(globalThis.console, method, note),
  );
  const log = mock.method(globalThis.console, "log", (...parts: unknown[]): void => {
    infos.push(parts.map(String).join(" "));
  });
  return {
    lines,
    infos,
    restore: () => {
      for (const spy of spies) spy.mock.restore();
      log.mock.restore();
    },
  };
}

function namespaced(config: Readonly<Record<string, string>>): Record<string, string> {
  const all = { mixpanelToken: TOKEN, "gcp:project": PROJECT_ID, ...config };
  return Object.fromEntries(
    Object.entries(all)
      .filter(([, value]) => value !== UNSET)
      .map(([key, value]) => [key.includes(":") ? key : `mixpanel-gcp:${key}`, value]),
  );
}

/** Takes a key out of the configuration. */
export const UNSET = "\u0000unset";

export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
