import { UserError } from "../../functions/platform/user-error.ts";
import { BucketError } from "../bucket/bucket-error.ts";
import { DEFAULT_BUCKET_SETTINGS } from "../bucket/bucket-settings.ts";
import { ServiceError } from "../pubsub/service-error.ts";
import { APIS } from "./apis.ts";
import { LOCAL_PROJECT } from "./recorded-program.ts";
import type { Services, ServicesOptions } from "./services.ts";

type Existing = NonNullable<ServicesOptions["existing"]>;

const USAGE_ERROR = 2;

/** What a stack with these settings takes as given, as `existingBucket`: nobody makes it. */
export function existingIn(
  settings: Readonly<Record<string, string>>,
): Required<Omit<Existing, "apis">> & Pick<Existing, "apis"> {
  // As the program reads them: without white space around them.
  const texts = (...keys: readonly string[]): string[] =>
    keys.map((key) => settings[`mixpanel-gcp:${key}`]?.trim() ?? "").filter((text) => text !== "");
  return {
    ...(settings["mixpanel-gcp:manageServices"] === "false" && { apis: APIS }),
    buckets: texts("existingBucket"),
    topics: texts("existingTopic").map((topic) =>
      topic.startsWith("projects/") ? topic : `projects/${LOCAL_PROJECT.project}/topics/${topic}`,
    ),
    accounts: texts("objectsServiceAccount", "messagesServiceAccount"),
  };
}

/**
 * Makes the buckets and topics, before the first resource and not before: by then the program has
 * judged their names, and says more of a wrong one than a service does.
 *
 * @throws UserError (exit code 2) for a name that the program takes and the services do not
 */
export async function makeExisting(
  { buckets = [], topics = [] }: Pick<Existing, "buckets" | "topics">,
  { bucket, pubsub }: ExistingServices,
): Promise<void> {
  try {
    for (const name of buckets) bucket.createBucket(name, DEFAULT_BUCKET_SETTINGS);
    for (const topic of topics) await pubsub.createTopic(topic);
  } catch (error) {
    if (!(error instanceof BucketError || error instanceof ServiceError)) throw error;
    throw new UserError(`What the settings say exists cannot: ${error.message}`, USAGE_ERROR);
  }
}

/** As much of the services as that takes. */
interface ExistingServices {
  readonly bucket: Pick<Services["bucket"], "createBucket">;
  readonly pubsub: Pick<Services["pubsub"], "createTopic">;
}
