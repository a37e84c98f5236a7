import { readFileSync } from "node:fs";
import path from "node:path";

import { REPOSITORY } from "../../check/load-transform.ts";
import { isObject, parseJson } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { stackOf } from "../stack/stack.ts";
import type { ProgramResult } from "./run-program.ts";
import {
  type Check,
  type CheckContext,
  type DoctorContext,
  failed,
  ok,
  type Outcome,
  skipped,
} from "./check.ts";
import { isAtLeast } from "./versions.ts";

const common = { phase: "before", origins: ["pulumi"] } as const;

/** Pulumi, its backend, the stack's configuration, and whether there is a stack by now. */
export const PULUMI_CHECKS: readonly Check[] = [
  { ...common, id: "pulumi", title: "Pulumi CLI", needs: [], run: checkVersion },
  { ...common, id: "login", title: "Pulumi login", needs: ["pulumi"], run: checkLogin },
  { ...common, id: "config", title: "configuration", needs: ["login"], run: checkConfig },
];

/** Needed by everything that looks at what is deployed. */
export const DEPLOYED_CHECK: Check = {
  ...{ id: "deployed", title: "deployed stack", phase: "after", origins: ["pulumi"] },
  needs: ["config"],
  run: checkDeployed,
};

/** `pulumi ARGS`, never asking anything; with the stack that was named, unless `whole`. */
export function pulumi(
  { runProgram, signal, stackName }: DoctorContext,
  args: readonly string[],
  options: { readonly whole?: boolean } = {},
): Promise<ProgramResult> {
  const stack = stackName === undefined || options.whole === true ? [] : ["--stack", stackName];
  return runProgram("pulumi", [...args, "--non-interactive", ...stack], { signal });
}

async function checkVersion({ runProgram, signal }: CheckContext): Promise<Outcome> {
  const least = requiredVersion(readFileSync(path.join(REPOSITORY, "Pulumi.yaml"), "utf8"));
  const remedy = `Install ${least} or newer: https://www.pulumi.com/docs/install/`;
  const { stdout, isMissing } = await runProgram("pulumi", ["version"], { signal });
  if (isMissing)
    return failed(
      "it is not installed.",
      `${remedy} (or give --outputs FILE: what pulumi stack output --json printed elsewhere)`,
    );
  const version = stdout.trim().replace(/^v/, "");
  if (!/^\d/.test(version)) return failed("pulumi version prints no version.", remedy);
  return isAtLeast(version, least) ? ok(version) : failed(`${version} is too old.`, remedy);
}

/** The version in `requiredPulumiVersion: ">=3.245.0"`. */
function requiredVersion(projectFile: string): string {
  return /^requiredPulumiVersion:\s*["']?>=\s*([\d.]+)/m.exec(projectFile)?.[1] ?? "3.0.0";
}

async function checkLogin(context: CheckContext): Promise<Outcome> {
  const { code, stdout, stderr } = await pulumi(context, ["whoami"], { whole: true });
  if (code === 0) return ok(`as ${stdout.trim()}.`);
  return failed(
    saidBy(stderr, "pulumi whoami failed."),
    "Run: pulumi login (or pulumi login gs://BUCKET, or pulumi login --local)",
  );
}

const PROJECT_VARIABLES = [
  "GOOGLE_PROJECT",
  "GOOGLE_CLOUD_PROJECT",
  "GCLOUD_PROJECT",
  "CLOUDSDK_CORE_PROJECT",
] as const;

async function checkConfig(context: CheckContext): Promise<Outcome> {
  const { code, stdout, stderr } = await pulumi(context, ["config", "--json"]);
  const config = parseJson(stdout);
  if (code !== 0 || !isObject(config)) return failedConfig(stderr, context.stackName);
  const settings = settingsIn(config);
  const fromEnvironment = PROJECT_VARIABLES.map((name) => context.environment[name]).find(Boolean);
  const project = settings.get("gcp:project") ?? fromEnvironment;
  if (project === undefined || project === "")
    return failed("gcp:project is not set.", "Run: pulumi config set gcp:project PROJECT");
  const facts = { settings, project };
  if (!settings.has("mixpanelToken"))
    return failed(
      "mixpanelToken is not set.",
      "Run: pulumi config set --secret mixpanelToken",
      facts,
    );
  if (isPlain(config, "mixpanelToken"))
    return failed(
      "mixpanelToken is not encrypted in the stack's file.",
      "Run: pulumi config set --secret mixpanelToken",
      facts,
    );
  return ok(`project ${project}, region ${settings.get("mixpanelRegion") ?? "us"}.`, facts);
}

function failedConfig(stderr: string, stackName: string | undefined): Outcome {
  const said = saidBy(stderr, "pulumi config failed.");
  if (/passphrase/i.test(said))
    return failed(said, "Run: export PULUMI_CONFIG_PASSPHRASE='the passphrase of the stack'");
  return failed(
    said,
    stackName === undefined
      ? "Run: pulumi stack init NAME, or pulumi stack select NAME"
      : `Run: pulumi stack ls, or pulumi stack init ${stackName}`,
  );
}

/** Values by key, ours without their namespace; a secret is there, without its value. */
function settingsIn(config: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const entries = Object.entries(config).map(([key, entry]): [string, string] => {
    const value = isObject(entry) ? entry["value"] : undefined;
    return [shortName(key), typeof value === "string" ? value : ""];
  });
  return new Map(entries);
}

function shortName(key: string): string {
  return key.startsWith("gcp:") ? key : key.replace(/^[^:]*:/, "");
}

function isPlain(config: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.entries(config).some(
    ([key, entry]) => shortName(key) === name && isObject(entry) && entry["secret"] === false,
  );
}

async function checkDeployed(context: CheckContext): Promise<Outcome> {
  const { code, stdout, stderr } = await pulumi(context, ["stack", "output", "--json"]);
  const outputs = parseJson(stdout);
  if (code !== 0 || !isObject(outputs))
    return failed(saidBy(stderr, "pulumi stack output failed."), "Run: pulumi stack select NAME");
  const all = { ...outputs, ...context.given };
  if (Object.keys(all).length === 0)
    return skipped("nothing is deployed yet.", "When all of the above is well: pulumi up");
  const title =
    context.stackName === undefined ? "the selected stack" : `the stack ${context.stackName}`;
  try {
    const stack = stackOf(all, { title, origin: `Those of ${title}`, local: undefined });
    return ok(`${title}, in project ${stack.project}.`, { stack });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [first = "", ...rest] = error.message.split("\n");
    const missing = rest.filter((line) => line.startsWith("  ")).map((line) => line.trim());
    return failed(`${first} ${missing.join("; ")}`, "Run pulumi up to its end.");
  }
}

/** What a program printed last, on one line. */
function saidBy(stderr: string, otherwise: string): string {
  const said = stderr
    .trim()
    .replace(/^error: /, "")
    .replace(/\s+/g, " ");
  return said === "" ? otherwise : said.slice(0, MAX_CHARACTERS);
}

const MAX_CHARACTERS = 300;
