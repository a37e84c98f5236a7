import { APIS } from "./apis.ts";
import type { ServicesOptions } from "./services.ts";
import { LOCAL_PROJECT } from "./recorded-program.ts";

/** What a stack with these settings takes as given, as `existingBucket`: nobody makes it. */
export function existingIn(
  settings: Readonly<Record<string, string>>,
): NonNullable<ServicesOptions["existing"]> {
  const texts = (...keys: readonly string[]): string[] =>
    keys.map((key) => settings[`mixpanel-gcp:${key}`] ?? "").filter((text) => text !== "");
  return {
    ...(settings["mixpanel-gcp:manageServices"] === "false" && { apis: APIS }),
    buckets: texts("existingBucket"),
    topics: texts("existingTopic").map((topic) =>
      topic.startsWith("projects/") ? topic : `projects/${LOCAL_PROJECT.project}/topics/${topic}`,
    ),
    accounts: texts("objectsServiceAccount", "messagesServiceAccount"),
  };
}
