/** Base URLs of what doctor asks, without a trailing slash, besides Cloud Storage and Pub/Sub. */
export interface ServiceUrls {
  readonly resourceManager: string;
  readonly billing: string;
  readonly serviceUsage: string;
  readonly functions: string;
  readonly run: string;
  readonly secretManager: string;
  readonly iam: string;
  readonly logging: string;
  readonly monitoring: string;
  /** By the value of `mixpanelRegion`. */
  readonly mixpanel: Readonly<Record<"us" | "eu" | "in", string>>;
}

/** Google's and Mixpanel's own. */
export const SERVICE_URLS: ServiceUrls = {
  resourceManager: "https://cloudresourcemanager.googleapis.com",
  billing: "https://cloudbilling.googleapis.com",
  serviceUsage: "https://serviceusage.googleapis.com",
  functions: "https://cloudfunctions.googleapis.com",
  run: "https://run.googleapis.com",
  secretManager: "https://secretmanager.googleapis.com",
  iam: "https://iam.googleapis.com",
  logging: "https://logging.googleapis.com",
  monitoring: "https://monitoring.googleapis.com",
  // https://docs.mixpanel.com/reference/import-events, "Servers".
  mixpanel: {
    us: "https://api.mixpanel.com",
    eu: "https://api-eu.mixpanel.com",
    in: "https://api-in.mixpanel.com",
  },
};
