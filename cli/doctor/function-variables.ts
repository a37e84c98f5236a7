import type { Environment } from "../../functions/settings.ts";
import { isObject, parseJson } from "../../functions/platform/json.ts";
import type { Stack } from "../stack/stack.ts";

/** A variable of the functions. */
export type Variable = keyof Environment;

/** What a variable is made of: a key of the configuration, and what it is unless it is set. */
interface Source {
  readonly key: string;
  readonly standard: string;
}

/** Variables that the configuration decides; a test holds them against `infra/`. */
export const CONFIGURED = {
  MIXPANEL_REGION: { key: "mixpanelRegion", standard: "us" },
  BATCH_EVENTS: { key: "batchEvents", standard: "2000" },
  BATCH_BYTES: { key: "batchBytes", standard: "2097152" },
  MAX_IN_FLIGHT: { key: "maxInFlight", standard: "10" },
  TIMEOUT_SECONDS: { key: "timeoutSeconds", standard: "300" },
  INCLUDE_OBJECTS: { key: "includeObjects", standard: "" },
  EXCLUDE_OBJECTS: { key: "excludeObjects", standard: "" },
  FORMATS: { key: "formats", standard: "" },
  QUARANTINE_PERCENT: { key: "quarantinePercent", standard: "90" },
  SYNTHETIC_ID: { key: "syntheticId", standard: "record" },
  LOCATE_BY_REQUEST: { key: "locateByRequest", standard: "false" },
  DEAD_LETTER_CONTENTS: { key: "deadLetterContents", standard: "bytes" },
  PROFILE_OPERATORS: { key: "profileOperators", standard: "$set,$set_once,$union,$remove" },
  PROVE_TOKEN: { key: "proveToken", standard: "true" },
} as const satisfies Partial<Record<Variable, Source>>;

/** No stack sets them: with one of them a function works with something else than the stack. */
export const FOREIGN: readonly Variable[] = [
  "MIXPANEL_URL",
  "STORAGE_EMULATOR_HOST",
  "PUBSUB_EMULATOR_HOST",
  "TIME_BUDGET_SECONDS",
  "LINGER_MS",
  // From Secret Manager alone.
  "MIXPANEL_TOKEN",
  "TRANSFORM_SECRET",
];

/** What the outputs of the stack say of a function's variables. */
export function variablesOf(
  { project, deadLetterTopic, objectsTopic, receiptsBucket }: Stack,
  isImportObject: boolean,
): Partial<Record<Variable, string>> {
  return {
    GOOGLE_CLOUD_PROJECT: project,
    DEAD_LETTER_TOPIC: deadLetterTopic,
    ...(isImportObject && { OBJECTS_TOPIC: objectsTopic, RECEIPTS_BUCKET: receiptsBucket }),
  };
}

/** What the configuration says of a variable, as the stack writes it. */
export function configuredValue(
  { key, standard }: Source,
  settings: ReadonlyMap<string, string>,
): string {
  return comparable(settings.get(key) ?? standard);
}

/** A list as the functions read it, an object without the order of its keys. */
export function comparable(text: string): string {
  const value = parseJson(text);
  if (Array.isArray(value)) return value.map(String).join(",");
  if (!isObject(value)) return text.trim();
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.length === 0 ? "" : JSON.stringify(entries);
}
