/**
 * Mixpanel's ingestion endpoints (https://docs.mixpanel.com/reference/ingestion-api), by their path
 * without the slash.
 */
export const ENDPOINTS = ["import", "track", "engage", "groups"] as const;

export type EndpointName = (typeof ENDPOINTS)[number];

/** Whether it takes events, and not updates of profiles. */
export function isEventEndpoint(name: EndpointName): name is "import" | "track" {
  return name === "import" || name === "track";
}

/** The endpoint of a path; old libraries end it with a slash. */
export function endpointAt(path: string): EndpointName | undefined {
  return ENDPOINTS.find((name) => path === `/${name}` || path === `/${name}/`);
}
