import { type AgentService, agentOf } from "./agents.ts";
import type { Site } from "./site.ts";

/** Services whose agents encrypt what is made, as Google's refusals call them. */
const NAMES = {
  "artifactregistry.googleapis.com": "Artifact Registry",
  "cloudfunctions.googleapis.com": "Cloud Functions",
  "eventarc.googleapis.com": "Eventarc",
  "pubsub.googleapis.com": "Cloud Pub/Sub",
  "run.googleapis.com": "Cloud Run",
  "secretmanager.googleapis.com": "Secret Manager",
  "storage.googleapis.com": "Cloud Storage",
} as const satisfies Readonly<Record<AgentService, string>>;

/**
 * All that a function with a key is made of
 * (https://cloud.google.com/functions/docs/securing/cmek#granting_service_accounts_access_to_the_key).
 */
export const FUNCTION_ENCRYPTION: readonly AgentService[] = [
  "cloudfunctions.googleapis.com",
  "artifactregistry.googleapis.com",
  "storage.googleapis.com",
  "run.googleapis.com",
  "eventarc.googleapis.com",
];

/**
 * Nothing is encrypted on one machine, but only who might encrypt is let through, when something is
 * made with a key; what is there already is read without it.
 *
 * @param key `projects/P/locations/L/keyRings/R/cryptoKeys/K`; "" for Google's own keys
 * @param services whose agents encrypt
 * @throws Error as Google refuses a key (https://github.com/ollionorg/gcp-landing-zone/pull/59)
 */
export function requireKey(
  key: string,
  services: readonly AgentService[],
  { policy, projectNumber }: Pick<Site, "policy" | "projectNumber">,
): void {
  if (key === "") return;
  for (const service of services) {
    const agent = policy.caller(agentOf(service, projectNumber));
    if (!agent.may("cloudkms.cryptoKeyVersions.useToEncrypt", key))
      throw new Error(
        `googleapi: Error 403: Permission denied on Cloud KMS key. Please ensure that your ` +
          `${NAMES[service]} service account has been authorized to use this key.`,
      );
  }
}
