import type { Environment } from "../../functions/settings.ts";
import type { ServiceAddresses } from "./access.ts";

/** The one thing that a deployed function does not have: where the local services are. */
export type EdgeVariable = Extract<
  keyof Environment,
  "MIXPANEL_URL" | "STORAGE_EMULATOR_HOST" | "PUBSUB_EMULATOR_HOST"
>;

/**
 * What a function's environment holds here beside what the program registers, and nothing else is
 * added anywhere. The services are those that its account sees. `K_SERVICE` is what Cloud Run sets
 * (https://cloud.google.com/run/docs/container-contract#services-env-vars).
 */
export function localEdge(
  functionName: string,
  { mixpanelUrl, services }: { readonly mixpanelUrl: string; readonly services: ServiceAddresses },
): Record<string, string> {
  const edge: Record<EdgeVariable, string> = {
    MIXPANEL_URL: mixpanelUrl,
    STORAGE_EMULATOR_HOST: services.storage,
    PUBSUB_EMULATOR_HOST: services.pubsub,
  };
  return { ...edge, K_SERVICE: functionName };
}
