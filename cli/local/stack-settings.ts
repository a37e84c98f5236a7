import { readFile } from "node:fs/promises";
import path from "node:path";

import { isMap, isScalar, parseDocument } from "yaml";

import { isObject } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { REPOSITORY } from "../../local/run/build-function.ts";

/** What a local run takes of a stack. */
export interface StackSettings {
  /** With the program's namespace, as Pulumi hands them to it: what is no text is JSON. */
  readonly settings: Readonly<Record<string, string>>;
  /** Absolute path of the transform that they name. */
  readonly transform: string | undefined;
  /** Secrets, and what a local run has its own way with. */
  readonly leftOut: readonly string[];
}

/** The namespace of the program's settings, whatever a project made of it is called. */
const PROGRAM = "mixpanel-gcp";
const USAGE_ERROR = 2;
/**
 * One machine has a project and a token of its own. With `paused` nothing would be imported, and
 * without `manageIam` nothing be allowed.
 */
const LEFT_OUT = new Set([
  "gcp:project",
  ...["mixpanelToken", "paused", "manageIam"].map((key) => `${PROGRAM}:${key}`),
]);
const TRANSFORM = `${PROGRAM}:transform`;

/**
 * The settings of a stack for a local run: those of its file, and over them those of `--config`.
 *
 * @param file a `Pulumi.NAME.yaml` (https://www.pulumi.com/docs/iac/concepts/config/)
 * @param assignments `key=value` each
 * @throws UserError naming what cannot be read
 */
export async function readStackSettings(
  file: string | undefined,
  assignments: readonly string[],
): Promise<StackSettings> {
  const ofFile = file === undefined ? {} : await readStackFile(file);
  const project = await readProject();
  const settings: Record<string, string> = {};
  const leftOut: string[] = [];
  const take = (key: string, value: unknown): void => {
    const full = inProgram(key, project.name);
    if (LEFT_OUT.has(full) || holdsSecret(value)) leftOut.push(key);
    else if (value !== null && value !== undefined) settings[full] = textOf(value);
  };
  for (const [key, value] of Object.entries(ofFile)) take(key, value);
  for (const assignment of assignments) {
    const { key, value } = parseAssignment(assignment);
    refuseUnknown(inProgram(key, project.name), project.keys);
    take(key, value);
  }
  const { [TRANSFORM]: transform = "", ...others } = settings;
  return {
    settings: others,
    transform: transform === "" ? undefined : path.resolve(REPOSITORY, transform),
    leftOut,
  };
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

/** The entries of `config` in a stack's file; empty when it has none. */
async function readStackFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`--stack ${file}: it cannot be read: ${why}`, USAGE_ERROR);
  });
  // Integers above 2^53 would be other ones as numbers.
  const document = parseDocument(text, { intAsBigInt: true });
  const [problem] = document.errors;
  if (problem !== undefined)
    throw new UserError(`--stack ${file}: it is not YAML: ${problem.message}`, USAGE_ERROR);
  const config = isMap(document.contents) ? document.contents.get("config", true) : undefined;
  if (config === undefined || (isScalar(config) && config.value === null)) return {};
  if (isMap(config)) {
    const value: unknown = config.toJS(document);
    if (isObject(value)) return value;
  }
  throw new UserError(
    `--stack ${file}: its "config" has to be a list of settings, as in Pulumi.NAME.yaml.`,
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
  return {
    name: typeof name === "string" ? name : PROGRAM,
    // These two are objects, for which Pulumi.yaml has no type.
    keys: new Set([...Object.keys(isObject(config) ? config : {}), "formats", "labels"]),
  };
}

/** Pulumi itself takes any key: one that is mistyped would do nothing. */
function refuseUnknown(key: string, known: ReadonlySet<string>): void {
  if (!key.startsWith(`${PROGRAM}:`) || known.has(key.slice(PROGRAM.length + 1))) return;
  throw new UserError(
    `--config: there is no setting ${key.slice(PROGRAM.length + 1)}. They are in docs/configuration.md.`,
    USAGE_ERROR,
  );
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
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "bigint" ? Number(one) : one,
  );
}
