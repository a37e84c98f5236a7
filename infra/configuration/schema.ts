import type { Declarations } from "./declaration.ts";
import { IMPORT_SETTINGS } from "./import-settings.ts";
import { RUNNING_SETTINGS } from "./running-settings.ts";
import { SOURCE_SETTINGS } from "./source-settings.ts";
import { SURROUNDINGS_SETTINGS } from "./surroundings-settings.ts";

export type { Declaration } from "./declaration.ts";

/**
 * Every key of the stack's configuration that has a default. The command line refuses a declared
 * key without a value, so only `mixpanelToken` is declared without one
 * (https://www.pulumi.com/docs/iac/concepts/projects/project-file/#config-options). Three are not
 * declared at all: `labels` and `formats`, because declared types know no objects, and
 * `transformSecret`, because a declared secret may have no default: the command line wants it
 * encrypted
 * (https://github.com/pulumi/pulumi/issues/21865).
 *
 * Limits: https://docs.mixpanel.com/reference/import-events (batches),
 * https://cloud.google.com/run/docs/configuring (memory, concurrency, instances),
 * https://cloud.google.com/pubsub/docs/subscription-properties (retention, and the 600 s
 * acknowledgement deadline that a function has to stay well below).
 */
export const CONFIGURATION = {
  ...SOURCE_SETTINGS,
  ...IMPORT_SETTINGS,
  ...RUNNING_SETTINGS,
  ...SURROUNDINGS_SETTINGS,
} as const satisfies Declarations;

/** The one key without a default. */
export const TOKEN_DECLARATION = {
  type: "string",
  secret: true,
  description: "Token of the Mixpanel project (pulumi config set --secret mixpanelToken)",
} as const;

export type ConfigKey = keyof typeof CONFIGURATION;

type ValueOf<D> = D extends { type: "integer" }
  ? number
  : D extends { type: "boolean" }
    ? boolean
    : D extends { type: "array" }
      ? readonly string[]
      : D extends { oneOf: readonly (infer Choice)[] }
        ? Choice
        : string;

/** The configuration's values, by key. */
export type Settings = {
  readonly [Key in ConfigKey]: ValueOf<(typeof CONFIGURATION)[Key]>;
} & {
  readonly labels: Readonly<Record<string, string>>;
  /** Glob on object names -> format. */
  readonly formats: Readonly<Record<string, string>>;
};

/** The keys, in the order of the table. */
export function configKeys(): ConfigKey[] {
  const isKey = (key: string): key is ConfigKey => key in CONFIGURATION;
  return Object.keys(CONFIGURATION).filter(isKey);
}
