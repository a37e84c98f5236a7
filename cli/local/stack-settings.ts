import { readFile } from "node:fs/promises";
import path from "node:path";

import { parseDocument } from "yaml";

import { isObject } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { REPOSITORY } from "../../local/run/build-function.ts";
import { readStackFile } from "./stack-file.ts";

/** What a local run takes of a stack. */
export interface StackSettings {
  /** With the program's namespace, as Pulumi hands them to it: what is no text is JSON. */
  readonly settings: Readonly<Record<string, string>>;
  /** Absolute path of the transform that they name. */
  readonly transform: string | undefined;
  /** What is not taken, and why, one line each. */
  readonly notes: readonly string[];
}

/** The namespace of the program's settings, whatever a project made of it is called. */
const PROGRAM = "mixpanel-gcp";
/** The provider's, of which the program takes the region. */
const PROVIDER = "gcp";
const USAGE_ERROR = 2;
const TRANSFORM = `${PROGRAM}:transform`;
const TRANSFORM_SECRET = `${PROGRAM}:transformSecret`;
/**
 * One machine has a project, a token and a secret of its own. With `paused` nothing would be
 * imported, and without `manageIam` nothing be allowed.
 */
const LOCAL = new Set([
  "gcp:project",
  TRANSFORM_SECRET,
  ...["mixpanelToken", "paused", "manageIam"].map((key) => `${PROGRAM}:${key}`),
]);
/** Why a setting is not taken, in the words that its note begins with. */
const REASONS = {
  local: "Left out, for a local run has its own",
  encrypted: "Left out, for they are encrypted",
  foreign: "Left out, for they are settings of other programs",
} as const;
type Reason = keyof typeof REASONS;

/**
 * The settings of a stack for a local run: those of its file, and over them those of `--config`.
 *
 * @param file a `Pulumi.NAME.yaml` (https://www.pulumi.com/docs/iac/concepts/config/)
 * @param assignments `key=value` each
 * @throws UserError (exit code 2) naming what cannot be read, and settings that do not exist
 */
export async function readStackSettings(
  file: string | undefined,
  assignments: readonly string[],
): Promise<StackSettings> {
  const { config, hasEnvironment } =
    file === undefined ? { config: {}, hasEnvironment: false } : await readStackFile(file);
  const project = await readProject();
  const settings: Record<string, string> = {};
  /** By the full key, so that none is named twice. */
  const leftOut = new Map<string, { readonly key: string; readonly reason: Reason }>();
  const take = (source: string, key: string, value: unknown): void => {
    const full = inProgram(key, project.name);
    refuseUnknown(source, full, project.keys);
    const reason = reasonAgainst(full, value);
    if (reason !== undefined) leftOut.set(full, leftOut.get(full) ?? { key, reason });
    else if (value !== null && value !== undefined) {
      settings[full] = textOf(value);
      leftOut.delete(full);
    }
  };
  for (const [key, value] of Object.entries(config)) take(`--stack ${file ?? ""}`, key, value);
  for (const { key, value } of assignments.map(parseAssignment)) {
    if (inProgram(key, project.name) === TRANSFORM_SECRET) throw secretOnCommandLine();
    take("--config", key, value);
  }
  const { [TRANSFORM]: transform = "", ...others } = settings;
  return {
    settings: others,
    transform: transform.trim() === "" ? undefined : path.resolve(REPOSITORY, transform.trim()),
    notes: [...notesOn([...leftOut.values()]), ...(hasEnvironment ? [NO_ENVIRONMENT] : [])],
  };
}

const NO_ENVIRONMENT =
  'Not looked at: what the file takes from Pulumi ESC ("environment"). --config sets it here.';

function notesOn(leftOut: readonly { readonly key: string; readonly reason: Reason }[]): string[] {
  return Object.entries(REASONS).flatMap(([reason, words]) => {
    const keys = leftOut.filter((one) => one.reason === reason).map(({ key }) => key);
    return keys.length === 0 ? [] : [`${words}: ${keys.join(", ")}. See docs/local.md.`];
  });
}

function reasonAgainst(key: string, value: unknown): Reason | undefined {
  if (LOCAL.has(key)) return "local";
  if (![PROGRAM, PROVIDER].includes(key.slice(0, key.indexOf(":")))) return "foreign";
  return holdsSecret(value) ? "encrypted" : undefined;
}

/** `key=value`; the value may hold more of `=`, and may be empty. */
function parseAssignment(text: string): { readonly key: string; readonly value: string } {
  const at = text.indexOf("=");
  if (at > 0) return { key: text.slice(0, at).trim(), value: text.slice(at + 1) };
  throw new UserError(
    `--config ${text}: has to be KEY=VALUE, as in --config includeObjects='["*.csv"]'.`,
    USAGE_ERROR,
  );
}

/** It would stay in the shell's history. */
function secretOnCommandLine(): UserError {
  return new UserError(
    "--config transformSecret: a secret is not for the command line. Here transforms get TRANSFORM_SECRET " +
      "of the environment (docs/transform.md).",
    USAGE_ERROR,
  );
}

/** What Pulumi.yaml says: the project's name, which is the namespace of its settings, and those. */
async function readProject(): Promise<{
  readonly name: string;
  readonly keys: ReadonlySet<string>;
}> {
  const text = await readFile(path.join(REPOSITORY, "Pulumi.yaml"), "utf8");
  const project: unknown = parseDocument(text).toJS();
  const { name, config } = isObject(project) ? project : {};
  const declared = Object.keys(isObject(config) ? config : {});
  return {
    name: typeof name === "string" ? name : PROGRAM,
    // Pulumi.yaml has no type for objects, and cannot declare a secret that may be missing.
    keys: new Set([...declared, "formats", "labels", "transformSecret"]),
  };
}

/** Pulumi itself takes any key: one that is mistyped would do nothing. */
function refuseUnknown(source: string, full: string, known: ReadonlySet<string>): void {
  if (!full.startsWith(`${PROGRAM}:`)) return;
  const key = full.slice(PROGRAM.length + 1);
  if (known.has(key)) return;
  const [whole = ""] = key.split(/[[.]/);
  const remedy = known.has(whole)
    ? `A part of one cannot be set here: give all of ${whole}, as JSON.`
    : "They are in docs/configuration.md.";
  throw new UserError(`${source}: there is no setting ${key}. ${remedy}`, USAGE_ERROR);
}

function inProgram(key: string, namespace: string): string {
  if (!key.includes(":")) return `${PROGRAM}:${key}`;
  return key.startsWith(`${namespace}:`) ? `${PROGRAM}:${key.slice(namespace.length + 1)}` : key;
}

/** `secure: …`, also within a list or an object. */
function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isObject(value)) return false;
  return "secure" in value || Object.values(value).some(holdsSecret);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : jsonOf(value);
}

/** JSON, in which integers keep all digits: JSON.stringify takes no bigint. */
function jsonOf(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}:${jsonOf(one)}`,
  );
  return `{${entries.join(",")}}`;
}
