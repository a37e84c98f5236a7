/**
 * Accounts that Google's services act as, by service
 * (https://cloud.google.com/iam/docs/service-agents). Here they may do nothing without a grant;
 * with Google most have a role in the whole project, unless the organisation took it away.
 */
const DOMAINS = {
  "artifactregistry.googleapis.com": "gcp-sa-artifactregistry",
  "cloudfunctions.googleapis.com": "gcf-admin-robot",
  "eventarc.googleapis.com": "gcp-sa-eventarc",
  "pubsub.googleapis.com": "gcp-sa-pubsub",
  "run.googleapis.com": "serverless-robot-prod",
  "secretmanager.googleapis.com": "gcp-sa-secretmanager",
  "storage.googleapis.com": "gs-project-accounts",
} as const;

export type AgentService = keyof typeof DOMAINS;

/** Address of the agent of a service in the project with this number. */
export function agentOf(service: AgentService, projectNumber: string): string {
  return `service-${projectNumber}@${DOMAINS[service]}.iam.gserviceaccount.com`;
}

/** Whether a service has an agent that can be asked for. */
export function hasAgent(service: string): service is AgentService {
  return service in DOMAINS && service !== "storage.googleapis.com";
}

/** What programs ask for the agent of Cloud Storage, which makes it. */
export const STORAGE_AGENT_CALL = "gcp:storage/getProjectServiceAccount:getProjectServiceAccount";
