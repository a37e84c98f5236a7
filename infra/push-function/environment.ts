import type * as pulumi from "@pulumi/pulumi";

import type { Environment } from "../../functions/settings.ts";
import type { Settings } from "../configuration/schema.ts";

/**
 * Variables the stack does not set: the secrets come from Secret Manager, the hosts are for
 * emulators, and for the others the function's own default is right. A variable that is in neither
 * list does not compile.
 */
type NotSet =
  | "MIXPANEL_TOKEN"
  | "TRANSFORM_SECRET"
  | "MIXPANEL_URL"
  | "TIME_BUDGET_SECONDS"
  | "LINGER_MS"
  | "STORAGE_EMULATOR_HOST"
  | "PUBSUB_EMULATOR_HOST";

/** What the stack sets; "" where a function has no use for it, which then is left out. */
type FunctionEnvironment = Record<Exclude<keyof Environment, NotSet>, pulumi.Input<string>>;

export interface EnvironmentArgs {
  readonly project: string;
  /** `projects/P/topics/T` */
  readonly deadLetterTopic: pulumi.Input<string>;
  /** `projects/P/topics/T`; "" for importMessages. */
  readonly objectsTopic: pulumi.Input<string>;
  /** "" for importMessages. */
  readonly receiptsBucket: pulumi.Input<string>;
  readonly settings: Settings;
}

/** The environment of a function, without empty variables. */
export function functionEnvironment(args: EnvironmentArgs): Record<string, pulumi.Input<string>> {
  const { settings } = args;
  const environment: FunctionEnvironment = {
    MIXPANEL_REGION: settings.mixpanelRegion,
    GOOGLE_CLOUD_PROJECT: args.project,
    DEAD_LETTER_TOPIC: args.deadLetterTopic,
    OBJECTS_TOPIC: args.objectsTopic,
    RECEIPTS_BUCKET: args.receiptsBucket,
    BATCH_EVENTS: String(settings.batchEvents),
    BATCH_BYTES: String(settings.batchBytes),
    MAX_IN_FLIGHT: String(settings.maxInFlight),
    TIMEOUT_SECONDS: String(settings.timeoutSeconds),
    INCLUDE_OBJECTS: settings.includeObjects.join(","),
    EXCLUDE_OBJECTS: settings.excludeObjects.join(","),
    FORMATS: Object.keys(settings.formats).length === 0 ? "" : JSON.stringify(settings.formats),
    QUARANTINE_PERCENT: String(settings.quarantinePercent),
    SYNTHETIC_ID: settings.syntheticId,
    LOCATE_BY_REQUEST: String(settings.locateByRequest),
    DEAD_LETTER_CONTENTS: settings.deadLetterContents,
    PROFILE_OPERATORS: settings.profileOperators.join(","),
    PROVE_TOKEN: String(settings.proveToken),
  };
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}
