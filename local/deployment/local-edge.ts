import type { Environment } from "../../functions/settings.ts";
import type { Site } from "./site.ts";

/** The one thing that a deployed function does not have: where the local services are. */
type EdgeVariable = Extract<
  keyof Environment,
  "MIXPANEL_URL" | "STORAGE_EMULATOR_HOST" | "PUBSUB_EMULATOR_HOST"
>;

/**
 * What a function's environment holds here beside what the program registers, and nothing else is
 * added anywhere. `K_SERVICE` is what Cloud Run sets
 * (https://cloud.google.com/run/docs/container-contract#services-env-vars).
 */
export function localEdge(functionName: string, site: Site): Record<string, string> {
  const edge: Record<EdgeVariable, string> = {
    MIXPANEL_URL: site.mixpanelUrl,
    STORAGE_EMULATOR_HOST: site.bucket.url,
    PUBSUB_EMULATOR_HOST: site.pubsub.host,
  };
  return { ...edge, K_SERVICE: functionName };
}
