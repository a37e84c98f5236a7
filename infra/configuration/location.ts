import type { Settings } from "./schema.ts";

/** Regions near Mixpanel's own (https://docs.mixpanel.com/docs/privacy/eu-residency). */
const NEAREST = { us: "us-central1", eu: "europe-west1", in: "asia-south1" } as const;

/**
 * The region of everything regional: the setting, else the provider's, else one near the Mixpanel
 * region.
 */
export function resolveLocation(
  settings: Pick<Settings, "location" | "mixpanelRegion">,
  providerRegion: string | undefined,
): string {
  if (settings.location !== "") return settings.location;
  if (providerRegion !== undefined && providerRegion !== "") return providerRegion;
  return NEAREST[settings.mixpanelRegion];
}
