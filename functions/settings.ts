import { ConfigError } from "./platform/errors.ts";
import { MAX_EVENTS_PER_REQUEST } from "./event/limits.ts";
import { DEFAULT_OPERATORS, OPERATORS, type Operator } from "./event/profile-update.ts";
import { parseFormats, type ConfiguredFormats } from "./formats/configured-formats.ts";

export type { ConfigurableFormat } from "./formats/configured-formats.ts";

/** Both exported functions, by their entry point's name. */
export const ENTRY_POINTS = ["importObject", "importMessages"] as const;
export type EntryPoint = (typeof ENTRY_POINTS)[number];

/**
 * The environment contract of the deployed functions: every variable they read. `infra/` builds its
 * environment as a record over these names, so that a variable missing or misspelt there does not
 * compile. The two emulator hosts are for the local run only; FUNCTION_TARGET is set by the
 * platform.
 */
export interface Environment {
  MIXPANEL_TOKEN: string;
  MIXPANEL_REGION?: string;
  MIXPANEL_URL?: string;
  GOOGLE_CLOUD_PROJECT: string;
  DEAD_LETTER_TOPIC: string;
  OBJECTS_TOPIC?: string;
  RECEIPTS_BUCKET?: string;
  BATCH_EVENTS?: string;
  BATCH_BYTES?: string;
  MAX_IN_FLIGHT?: string;
  TIMEOUT_SECONDS?: string;
  TIME_BUDGET_SECONDS?: string;
  LINGER_MS?: string;
  INCLUDE_OBJECTS?: string;
  EXCLUDE_OBJECTS?: string;
  FORMATS?: string;
  QUARANTINE_PERCENT?: string;
  SYNTHETIC_ID?: string;
  LOCATE_BY_REQUEST?: string;
  DEAD_LETTER_CONTENTS?: string;
  PROFILE_OPERATORS?: string;
  PROVE_TOKEN?: string;
  TRANSFORM_SECRET?: string;
  STORAGE_EMULATOR_HOST?: string;
  PUBSUB_EMULATOR_HOST?: string;
}

/** What the environment means, checked and with defaults filled in. */
export interface Settings {
  readonly entryPoint: EntryPoint;
  readonly mixpanelToken: string;
  /** Base URL of Mixpanel's API, without a trailing slash. */
  readonly mixpanelUrl: string;
  readonly project: string;
  /** `projects/P/topics/T`. */
  readonly deadLetterTopic: string;
  /** `projects/P/topics/T`; "" for importMessages, which publishes no continuations. */
  readonly objectsTopic: string;
  /** "" for importMessages, which writes no receipts. */
  readonly receiptsBucket: string;
  readonly batchEvents: number;
  /** Uncompressed bytes. */
  readonly batchBytes: number;
  readonly maxInFlight: number;
  readonly timeoutMs: number;
  readonly timeBudgetMs: number;
  readonly lingerMs: number;
  readonly includeObjects: readonly string[];
  readonly excludeObjects: readonly string[];
  /** What objects are, where that is not to be told by their contents and names. */
  readonly formats: ConfiguredFormats;
  readonly quarantinePercent: number;
  readonly syntheticId: "record" | "position";
  readonly locateByRequest: boolean;
  readonly deadLetterContents: "bytes" | "reference";
  /** Operators of updates of profiles that are sent. */
  readonly profileOperators: readonly Operator[];
  /** Whether updates of profiles wait for proof of token and region. */
  readonly proveToken: boolean;
  /** What a transform gets as `context.secret`; "" when there is none. */
  readonly transformSecret: string;
  /** Base URL with scheme, or "" for the real service. */
  readonly pubsubEmulator: string;
}

/** https://docs.mixpanel.com/docs/privacy/eu-residency and in-residency. */
const MIXPANEL_HOSTS: ReadonlyMap<string, string> = new Map([
  ["us", "https://api.mixpanel.com"],
  ["eu", "https://api-eu.mixpanel.com"],
  ["in", "https://api-in.mixpanel.com"],
]);

const TOPIC = /^projects\/[^/\s]+\/topics\/[^/\s]+$/;

/**
 * Reads the environment of `entryPoint`. Empty variables count as absent.
 *
 * @throws ConfigError naming every missing or malformed variable at once; never the token.
 */
export function parseSettings(
  environment: Readonly<Record<string, string | undefined>>,
  entryPoint: EntryPoint,
): Settings {
  const problems: string[] = [];
  const read = createReader(environment, problems);
  const forObjects = entryPoint === "importObject";
  const timeoutSeconds = read.integer("TIMEOUT_SECONDS", 300, 16, 3600);
  const budgetDefault = forObjects ? Math.max(1, timeoutSeconds - 60) : 60;

  const settings: Settings = {
    entryPoint,
    mixpanelToken: read.required("MIXPANEL_TOKEN", "the project token, from Secret Manager"),
    mixpanelUrl: parseMixpanelUrl(
      read.text("MIXPANEL_URL"),
      read.text("MIXPANEL_REGION"),
      problems,
    ),
    project: read.required("GOOGLE_CLOUD_PROJECT", "the project id"),
    deadLetterTopic: read.topic("DEAD_LETTER_TOPIC", true),
    objectsTopic: read.topic("OBJECTS_TOPIC", forObjects),
    receiptsBucket: forObjects
      ? read.required("RECEIPTS_BUCKET", "the bucket receipts are written to")
      : read.text("RECEIPTS_BUCKET"),
    batchEvents: read.integer("BATCH_EVENTS", MAX_EVENTS_PER_REQUEST, 1, MAX_EVENTS_PER_REQUEST),
    batchBytes: read.integer("BATCH_BYTES", 2_097_152, 1024, 10_485_760),
    maxInFlight: read.integer("MAX_IN_FLIGHT", 10, 1, 100),
    timeoutMs: timeoutSeconds * 1000,
    timeBudgetMs: read.integer("TIME_BUDGET_SECONDS", budgetDefault, 1, 3600) * 1000,
    lingerMs: read.integer("LINGER_MS", 50, 0, 10_000),
    includeObjects: read.list("INCLUDE_OBJECTS"),
    excludeObjects: read.list("EXCLUDE_OBJECTS"),
    formats: parseFormats(read.text("FORMATS"), problems),
    quarantinePercent: read.integer("QUARANTINE_PERCENT", 90, 0, 100),
    syntheticId: read.choice("SYNTHETIC_ID", ["record", "position"]),
    locateByRequest: read.choice("LOCATE_BY_REQUEST", ["false", "true"]) === "true",
    deadLetterContents: read.choice("DEAD_LETTER_CONTENTS", ["bytes", "reference"]),
    profileOperators: parseOperators(read.list("PROFILE_OPERATORS"), problems),
    proveToken: read.choice("PROVE_TOKEN", ["true", "false"]) === "true",
    transformSecret: read.text("TRANSFORM_SECRET"),
    pubsubEmulator: emulatorUrl(read.text("PUBSUB_EMULATOR_HOST"), problems),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

/** Typed access to the variables; what is wrong with one is added to `problems`. */
function createReader(
  environment: Readonly<Record<string, string | undefined>>,
  problems: string[],
) {
  const text = (name: keyof Environment): string => (environment[name] ?? "").trim();

  const required = (name: keyof Environment, meaning: string): string => {
    const value = text(name);
    if (value === "") problems.push(`${name} is missing (${meaning})`);
    return value;
  };

  const topic = (name: keyof Environment, isRequired: boolean): string => {
    const value = text(name);
    if (value === "" && isRequired) problems.push(`${name} is missing (projects/P/topics/T)`);
    if (value !== "" && !TOPIC.test(value))
      problems.push(`${name} must look like projects/P/topics/T, got "${value}"`);
    return value;
  };

  const integer = (name: keyof Environment, fallback: number, min: number, max: number): number => {
    const value = text(name);
    if (value === "") return fallback;
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    problems.push(`${name} must be a whole number from ${min} to ${max}, got "${value}"`);
    return fallback;
  };

  const choice = <T extends string>(name: keyof Environment, allowed: readonly [T, ...T[]]): T => {
    const value = text(name);
    if (value === "") return allowed[0];
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined)
      problems.push(`${name} must be one of ${allowed.join(", ")}, got "${value}"`);
    return found ?? allowed[0];
  };

  const list = (name: keyof Environment): readonly string[] => parseList(text(name));

  return { text, required, topic, integer, choice, list };
}

/** The items of a variable that holds several, as `INCLUDE_OBJECTS`. */
export function parseList(text: string): readonly string[] {
  return splitGlobs(text)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/**
 * Cuts at commas, but not at those within brackets, which belong to a glob:
 * `logs/**, *.{json,ndjson}` are two.
 */
function splitGlobs(text: string): readonly string[] {
  const globs: string[] = [];
  let glob = "";
  let depth = 0;
  for (const part of text.split(/(\\.|[,(){}[\]])/s)) {
    if (part === "," && depth === 0) {
      globs.push(glob);
      glob = "";
      continue;
    }
    if ("([{".includes(part) && part !== "") depth++;
    else if (")]}".includes(part) && part !== "") depth = Math.max(0, depth - 1);
    glob += part;
  }
  return [...globs, glob];
}

function parseOperators(names: readonly string[], problems: string[]): readonly Operator[] {
  if (names.length === 0) return DEFAULT_OPERATORS;
  const unknown = names.filter((name) => OPERATORS.every((operator) => operator !== name));
  if (unknown.length > 0)
    problems.push(
      `PROFILE_OPERATORS must be some of ${OPERATORS.join(", ")}, got "${unknown.join(", ")}"`,
    );
  return OPERATORS.filter((operator) => names.includes(operator));
}

function parseMixpanelUrl(url: string, region: string, problems: string[]): string {
  const host = MIXPANEL_HOSTS.get(region === "" ? "us" : region);
  if (host === undefined) problems.push(`MIXPANEL_REGION must be us, eu or in, got "${region}"`);
  if (url === "") return host ?? "";
  if (!URL.canParse(url)) {
    problems.push(`MIXPANEL_URL must be a URL, got "${url}"`);
    return "";
  }
  const { protocol, hostname, search, hash } = new URL(url);
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  // The token travels in every request: without TLS anybody on the way could read it.
  if (protocol !== "https:" && !(protocol === "http:" && loopback))
    problems.push(`MIXPANEL_URL must be https (http only on loopback), got "${url}"`);
  if (search !== "" || hash !== "")
    problems.push(`MIXPANEL_URL must end with a path: no "?" or "#", got "${url}"`);
  return url.replace(/\/+$/, "");
}

/** `PUBSUB_EMULATOR_HOST` is `host:port`, as Google's clients read it; a scheme is tolerated. */
function emulatorUrl(host: string, problems: string[]): string {
  if (host === "") return "";
  const url = (/^https?:\/\//.test(host) ? host : `http://${host}`).replace(/\/+$/, "");
  if (!URL.canParse(url)) problems.push(`PUBSUB_EMULATOR_HOST must be host:port, got "${host}"`);
  return url;
}
