import type { Deployed, Resource } from "./resource.ts";
import type { AnyKind } from "./kind.ts";

const REASON = "there is no Cloud Monitoring on one machine";

/** Everything about a resource of these types is without meaning: they watch, and nothing asks. */
function watching(
  collection: string,
  outputs: (resource: Resource, id: string) => object,
): AnyKind {
  return {
    withoutMeaning: { "": REASON },
    check: () => undefined,
    change: (resource, { deployed }) =>
      Promise.resolve({ ...deployed, outputs: { ...outputs(resource, deployed.id) } }),
    remove: () => Promise.resolve(),
    keepsName: false,
    deploy: (resource, { projectNumber }): Promise<Deployed> => {
      const id = `projects/${projectNumber}/${collection}/${resource.name}`;
      return Promise.resolve({ id, outputs: { ...outputs(resource, id) } });
    },
  };
}

const named = (_resource: Resource, id: string): object => ({ name: id });

export const WATCHING_KINDS: Readonly<Record<string, AnyKind>> = {
  "gcp:logging/metric:Metric": watching("metrics", () => ({})),
  "gcp:monitoring/alertPolicy:AlertPolicy": watching("alertPolicies", named),
  "gcp:monitoring/customService:CustomService": watching("services", named),
  "gcp:monitoring/dashboard:Dashboard": watching("dashboards", () => ({})),
  "gcp:monitoring/notificationChannel:NotificationChannel": watching("notificationChannels", named),
  "gcp:monitoring/slo:Slo": watching("serviceLevelObjectives", named),
};
