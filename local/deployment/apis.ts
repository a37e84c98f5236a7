import { type AgentService, agentOf, hasAgent } from "./agents.ts";
import type { Site } from "./site.ts";

/** The APIs that something here is made with, or acts by. */
export const APIS = [
  "artifactregistry.googleapis.com",
  "cloudbuild.googleapis.com",
  "cloudfunctions.googleapis.com",
  "eventarc.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "logging.googleapis.com",
  "monitoring.googleapis.com",
  "pubsub.googleapis.com",
  "run.googleapis.com",
  "secretmanager.googleapis.com",
  "storage.googleapis.com",
] as const;

export type Api = (typeof APIS)[number];

export function isApi(name: string): name is Api {
  return APIS.some((known) => known === name);
}

/** @throws Error as Google refuses what belongs to an API that is not enabled */
export function requireApis(
  needed: readonly Api[],
  { apis, projectNumber }: Pick<Site, "apis" | "projectNumber">,
): void {
  const missing = needed.find((api) => !apis.has(api));
  if (missing !== undefined) throw new Error(apiDisabled(missing, projectNumber));
}

/** In the words of https://cloud.google.com/apis/docs/troubleshooting. */
export function apiDisabled(api: string, projectNumber: string): string {
  return (
    `googleapi: Error 403: ${api} API has not been used in project ${projectNumber} before or it is ` +
    `disabled. Enable it by visiting https://console.developers.google.com/apis/api/${api}/overview` +
    `?project=${projectNumber} then retry. If you enabled this API recently, wait a few minutes for ` +
    "the action to propagate to our systems and retry."
  );
}

/** The agents of a project in which these APIs have been in use. */
export function agentsOf(apis: readonly string[], projectNumber: string): string[] {
  const isAgentService = (api: string): api is AgentService =>
    hasAgent(api) || api === "storage.googleapis.com";
  return apis.filter(isAgentService).map((api) => agentOf(api, projectNumber));
}
