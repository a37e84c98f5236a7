type Inputs = Readonly<Record<string, unknown>>;

/** A type of resources that is made by one request, and is then there. */
export interface PlainType {
  readonly api: string;
  /** What it is called where it is, kind first; two of one name cannot be. */
  readonly thing: (inputs: Inputs) => string;
  /** What the provider says when one of this name is there; undefined when another is made. */
  readonly taken?: (name: string) => string;
  /** How long the provider takes, in seconds. */
  readonly seconds: readonly [from: number, to: number];
  /** Made one after the other, as the provider does, when it names a lock. */
  readonly lock?: string;
  /** Domain of the agent that needs the key of an encrypted one, and what it says without. */
  readonly encryption?: { readonly domain: string; readonly refusal: string };
}

const conflict = (words: string): string => `googleapi: Error 409: ${words}`;
const named = (kind: string, input: string) => (inputs: Inputs) =>
  `${kind} ${String(inputs[input]).replace(/^.*\//, "")}`;

/** https://github.com/ollionorg/gcp-landing-zone/pull/59; others may have words of their own. */
const keyRefused = (service: string): string =>
  `googleapi: Error 403: Permission denied on Cloud KMS key. Please ensure that your ${service} service account has been authorized to use this key.`;

/**
 * Names that are taken, in the words of real runs
 * (https://github.com/selkies-project/selkies-operator/issues/54 of topics,
 * https://github.com/google/exposure-notifications-verification-server/issues/456 of secrets, and
 * https://github.com/GoogleCloudPlatform/terraform-google-dbt-composer-blueprint/issues/36 of
 * accounts); the others are not documented, and alike.
 */
export const PLAIN_TYPES: Readonly<Record<string, PlainType>> = {
  "gcp:storage/bucket:Bucket": {
    api: "storage.googleapis.com",
    thing: named("bucket", "name"),
    taken: () =>
      conflict(
        "Your previous request to create the named bucket succeeded and you already own it., conflict",
      ),
    seconds: [1, 4],
    encryption: { domain: "gs-project-accounts", refusal: keyRefused("Cloud Storage") },
  },
  "gcp:storage/bucketObject:BucketObject": {
    api: "storage.googleapis.com",
    thing: named("object", "name"),
    seconds: [1, 5],
  },
  "gcp:pubsub/topic:Topic": {
    api: "pubsub.googleapis.com",
    thing: named("topic", "name"),
    taken: (name) =>
      `Error creating Topic: ${conflict(`Resource already exists in the project (resource=${name}).`)}`,
    seconds: [1, 4],
    encryption: { domain: "gcp-sa-pubsub", refusal: keyRefused("Cloud Pub/Sub") },
  },
  "gcp:pubsub/subscription:Subscription": {
    api: "pubsub.googleapis.com",
    thing: named("subscription", "name"),
    taken: (name) =>
      `Error creating Subscription: ${conflict(`Resource already exists in the project (resource=${name}).`)}`,
    seconds: [1, 4],
  },
  "gcp:secretmanager/secret:Secret": {
    api: "secretmanager.googleapis.com",
    thing: named("secret", "secretId"),
    taken: (name) =>
      `Error creating Secret: ${conflict(`Secret [projects/42/secrets/${name}] already exists.`)}`,
    seconds: [1, 3],
    encryption: { domain: "gcp-sa-secretmanager", refusal: keyRefused("Secret Manager") },
  },
  "gcp:secretmanager/secretVersion:SecretVersion": {
    api: "secretmanager.googleapis.com",
    thing: named("secret version", "secret"),
    seconds: [1, 3],
  },
  "gcp:artifactregistry/repository:Repository": {
    api: "artifactregistry.googleapis.com",
    thing: named("repository", "repositoryId"),
    taken: () => `Error creating Repository: ${conflict("the repository already exists.")}`,
    seconds: [10, 30],
    encryption: { domain: "gcp-sa-artifactregistry", refusal: keyRefused("Artifact Registry") },
  },
  "gcp:logging/metric:Metric": {
    api: "logging.googleapis.com",
    thing: named("metric", "name"),
    taken: (name) => `Error creating Metric: ${conflict(`Metric ${name} already exists`)}`,
    seconds: [0.5, 2],
    lock: "metrics",
  },
  "gcp:monitoring/alertPolicy:AlertPolicy": {
    api: "monitoring.googleapis.com",
    thing: named("alert", "displayName"),
    seconds: [1, 3],
    lock: "alert policies",
  },
  "gcp:monitoring/dashboard:Dashboard": {
    api: "monitoring.googleapis.com",
    thing: () => "dashboard",
    seconds: [1, 3],
  },
  "gcp:monitoring/notificationChannel:NotificationChannel": {
    api: "monitoring.googleapis.com",
    thing: named("channel", "displayName"),
    seconds: [1, 3],
  },
  "gcp:monitoring/customService:CustomService": {
    api: "monitoring.googleapis.com",
    thing: named("service", "serviceId"),
    taken: (name) => `Error creating Service: ${conflict(`Service ${name} already exists`)}`,
    seconds: [1, 3],
  },
  "gcp:monitoring/slo:Slo": {
    api: "monitoring.googleapis.com",
    thing: named("objective", "sloId"),
    taken: (name) => `Error creating Slo: ${conflict(`${name} already exists`)}`,
    seconds: [1, 3],
  },
};
