import { createHash } from "node:crypto";

/**
 * Cloud Run services, which functions become, have fewer than 50 characters
 * (https://cloud.google.com/run/docs/deploying#command-line).
 */
const MAX_FUNCTION_NAME = 49;
/** https://cloud.google.com/iam/docs/service-accounts-create: 6 to 30 characters. */
const MAX_ACCOUNT_ID = 30;
/** https://cloud.google.com/storage/docs/buckets#naming: 3 to 63 characters. */
const MAX_BUCKET_NAME = 63;
/** Artifact Registry repositories, the shortest of the rest: 63. */
const MAX_NAME = 63;

const HASH_DIGITS = 6;

/** Names of everything in one stack, so that two stacks in one project never meet. */
export interface Names {
  /** Begins every name: `mixpanel-import-dev`. */
  readonly prefix: string;
  name(suffix: string): string;
  functionName(suffix: string): string;
  accountId(suffix: string): string;
  /**
   * Bucket names are shared by all of Cloud Storage, hence project and hash. `location` is in the
   * hash: a bucket cannot move.
   */
  bucketName(project: string, location: string, suffix?: string): string;
}

/** Names from a component's name and its stack's. */
export function createNames(component: string, stack: string): Names {
  const prefix = `${component}-${stack}`;
  return {
    prefix: fit(prefix, MAX_NAME),
    name: (suffix) => fit(`${prefix}-${suffix}`, MAX_NAME),
    functionName: (suffix) => fit(`${prefix}-${suffix}`, MAX_FUNCTION_NAME),
    accountId: (suffix) => fit(`${prefix}-${suffix}`, MAX_ACCOUNT_ID),
    bucketName: (project, location, suffix = "") => {
      const text = [project, component, stack, suffix].filter((part) => part !== "").join("-");
      const hash = shortHash(JSON.stringify([project, component, stack, suffix, location]));
      return `${cut(text, MAX_BUCKET_NAME - HASH_DIGITS - 1)}-${hash}`;
    },
  };
}

/** Names of what is watched. */
export interface MonitoredNames {
  /** Tells stacks apart. */
  readonly prefix: string;
  /** Name of a log-based metric of this stack. */
  readonly metricName: (metric: string) => string;
  /** Names of the functions, which their Cloud Run services share. */
  readonly functions: { readonly importObject: string; readonly importMessages: string };
  /** Short names. */
  readonly subscriptions: {
    readonly objects: string;
    readonly events: string;
    readonly deadLetters: string;
  };
}

/** The names monitoring goes by: those of the functions and subscriptions. */
export function monitoredNames(names: Names): MonitoredNames {
  return {
    prefix: names.prefix,
    metricName: (metric) => `${names.prefix}/${metric}`,
    functions: {
      importObject: names.functionName("import-object"),
      importMessages: names.functionName("import-messages"),
    },
    subscriptions: {
      objects: names.name("objects"),
      events: names.name("events"),
      deadLetters: names.name("dead-letters"),
    },
  };
}

/**
 * `text` as a name Google Cloud accepts: lower-case letters, digits and single dashes, a letter
 * first. Where that changes it, or cuts it, a hash of the whole text keeps different texts apart
 * (stacks `Dev` and `dev`).
 */
function fit(text: string, maxLength: number): string {
  const whole = cut(text, maxLength);
  if (whole === text) return text;
  return `${cut(text, maxLength - HASH_DIGITS - 1)}-${shortHash(text)}`;
}

function cut(text: string, maxLength: number): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return (/^[a-z]/.test(plain) ? plain : `m${plain}`).slice(0, maxLength).replace(/-+$/, "");
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_DIGITS);
}
