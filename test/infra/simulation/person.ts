import type { State } from "./engine.ts";
import { grantOfCommand } from "./grants.ts";
import { documentedMessages } from "./handbook.ts";
import { addAgent } from "./provider.ts";
import type { RecordedStack } from "./recorded-stack.ts";
import type { Scene } from "./story.ts";
import type { Result } from "./up.ts";

/** What somebody has in hand after a run. */
export interface Reading {
  readonly result: Result;
  readonly state: State;
  readonly stack: RecordedStack;
  /** What the program said. */
  readonly warnings: readonly string[];
}

/** What somebody did after a run, before the next. */
export interface Acts {
  readonly steps: readonly string[];
  /** Whether `maxInstances` was made smaller. */
  readonly isSmaller: boolean;
  /** Whether grants were made, which take their time to work. */
  readonly hasGranted: boolean;
  /** Messages that neither the program nor the docs say anything about. */
  readonly unexplained: readonly string[];
}

const DOCUMENTED = documentedMessages();

/** What somebody does about a message, and what they call it; nothing but to wait, with "". */
const REMEDIES: readonly (readonly [pattern: RegExp, act: Remedy])[] = [
  [/maxScale may not exceed/, () => SMALLER],
  [
    /actAs/,
    ({ google }) => {
      google.mayActAs = true;
      return "grants roles/iam.serviceAccountUser to the deployer";
    },
  ],
  [
    /serviceusage\S* API has not been used/,
    ({ google }) => {
      google.enable("serviceusage.googleapis.com");
      return "gcloud services enable serviceusage.googleapis.com";
    },
  ],
  [/has no address/, replaceFunction],
  [/already (exists|own it)/, takeOver],
  [/account \S+@(gcp-sa-|gcf-admin-robot)\S+ does not exist/, createAgents],
];

type Remedy = (scene: Scene, reading: Reading, name: string) => string;

const SMALLER = "pulumi config set maxInstances 10";

/**
 * Somebody who reads what a run says, looks it up in docs/deploy.md, does that, and nothing else.
 */
export function actOn(scene: Scene, reading: Reading): Acts {
  const steps = [...reading.result.errors].flatMap(([name, error]) => {
    const remedy = REMEDIES.find(([pattern]) => pattern.test(error))?.[1];
    const step = remedy?.(scene, reading, name) ?? "";
    return step === "" ? [] : [step];
  });
  const commands = runCommands(scene, reading.stack);
  return {
    steps: [...new Set([...steps, ...commands])],
    isSmaller: steps.includes(SMALLER),
    hasGranted: commands.length > 0,
    unexplained: unexplained(reading),
  };
}

function unexplained({ result }: Reading): string[] {
  return [...result.errors]
    .filter(([, error]) => !DOCUMENTED.some((pattern) => pattern.test(error)))
    .map(([name, error]) => `no remedy is documented for what ${name} failed with: ${error}`);
}

/** The next run replaces it, as one with `initError` is. */
function replaceFunction(_scene: Scene, { result, state }: Reading, name: string): string {
  for (const [candidate, known] of state.resources)
    if (result.errors.get(name)?.includes(`The function ${candidate} `) === true)
      known.initError = "to be replaced";
  return "pulumi up --replace";
}

/** Nobody made the agents, where the stack does not. */
function createAgents({ configuration, google }: Scene): string {
  if (configuration.stack.managesServices) return "";
  for (const service of ["pubsub", "cloudfunctions", "run"])
    addAgent(google, `${service}.googleapis.com`);
  return "gcloud beta services identity create";
}

/**
 * `pulumi refresh --import-pending-creates URN --import-pending-creates ID`: what a run that was
 * killed has made becomes the stack's
 * (https://www.pulumi.com/docs/support/troubleshooting/common-issues/interrupted-updates/). A
 * refresh forgets what has failed before (https://github.com/pulumi/pulumi/issues/17949), and what
 * is taken over differs from the program, so that the next run updates it.
 */
function takeOver({ google }: Scene, { state, stack, warnings }: Reading, name: string): string {
  const resource = stack.resources.find((candidate) => candidate.name === name);
  const command = `--import-pending-creates '${resource?.urn ?? ""}'`;
  // Nobody knows how, unless they are told; and what is pending nowhere is somebody else's.
  if (resource === undefined || !warnings.some((line) => line.includes(command))) return "";
  if (!state.pending.delete(name)) return "";
  const isFunction = resource.type.endsWith(":Function");
  const uri = google.functions.get(String(resource.inputs["name"]))?.uri;
  for (const known of state.resources.values()) known.initError = undefined;
  state.resources.set(name, {
    text: "taken over",
    uri: isFunction ? uri : undefined,
    initError: undefined,
  });
  return `pulumi refresh --import-pending-creates, for ${name}`;
}

/** With `manageIam` off: those lists of which everything that is named is there. */
export function runCommands({ google }: Scene, stack: RecordedStack): string[] {
  const isThere = (on: string): boolean =>
    /^(project|key) /.test(on) ||
    google.things.has(on.replace(/@.*$/, "")) ||
    on.includes(" their-");
  const steps: string[] = [];
  for (const commands of stack.commands) {
    const list = commands.map(grantOfCommand);
    // Each list is printed after the one before it.
    if (!list.every(({ on }) => isThere(on))) break;
    const missing = list.filter((grant) => !google.hasGrant(grant));
    for (const grant of missing) google.grant(grant);
    if (missing.length > 0) steps.push(`runs ${missing.length} commands that were printed`);
  }
  return steps;
}
