import type { Environment } from "../../functions/settings.ts";
import type { Inputs } from "./inputs.ts";
import type { EdgeVariable } from "./local-edge.ts";

/** https://github.com/GoogleCloudPlatform/functions-framework-nodejs (Structured logging). */
type FrameworkVariable = "LOG_EXECUTION_ID";

/**
 * Every variable that a program may set. One that the functions read and that is in neither list
 * does not compile.
 */
const VARIABLES: Readonly<
  Record<Exclude<keyof Environment, EdgeVariable> | FrameworkVariable, true>
> = {
  MIXPANEL_TOKEN: true,
  MIXPANEL_REGION: true,
  GOOGLE_CLOUD_PROJECT: true,
  DEAD_LETTER_TOPIC: true,
  OBJECTS_TOPIC: true,
  RECEIPTS_BUCKET: true,
  BATCH_EVENTS: true,
  BATCH_BYTES: true,
  MAX_IN_FLIGHT: true,
  TIMEOUT_SECONDS: true,
  TIME_BUDGET_SECONDS: true,
  LINGER_MS: true,
  INCLUDE_OBJECTS: true,
  EXCLUDE_OBJECTS: true,
  FORMATS: true,
  QUARANTINE_PERCENT: true,
  SYNTHETIC_ID: true,
  LOCATE_BY_REQUEST: true,
  DEAD_LETTER_CONTENTS: true,
  PROFILE_OPERATORS: true,
  PROVE_TOKEN: true,
  TRANSFORM_SECRET: true,
  LOG_EXECUTION_ID: true,
};

/**
 * The variables of a function, by name. A name that no function reads is refused: the function
 * would start, and go by the default of the one that was meant.
 */
export function readVariables(config: Inputs): Record<string, string> {
  const variables = config.textMap("environmentVariables");
  const unknown = Object.keys(variables).find((name) => !isVariable(name));
  if (unknown === undefined) return variables;
  return config.refuse(`environmentVariables.${unknown}`, "is read by no function");
}

/** Of a variable whose value is a secret. */
export function readVariableName(secret: Inputs): string {
  const name = secret.text("key");
  return isVariable(name) ? name : secret.refuse("key", `is ${name}, which no function reads`);
}

function isVariable(name: string): boolean {
  return name in VARIABLES;
}
