/** Regions near Mixpanel's own, as the stack takes them (docs/configuration.md, `location`). */
const NEAREST: Readonly<Record<string, string>> = {
  us: "us-central1",
  eu: "europe-west1",
  in: "asia-south1",
};

const REGION_VARIABLES = ["GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"] as const;

/** Where the stack will be. */
export function locationOf(
  settings: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const given = [
    settings.get("location"),
    settings.get("gcp:region"),
    ...REGION_VARIABLES.map((name) => environment[name]),
  ].find((value) => value !== undefined && value !== "");
  return given ?? NEAREST[settings.get("mixpanelRegion") ?? "us"] ?? "us-central1";
}
