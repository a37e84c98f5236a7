import type { LifecycleRule } from "../bucket/bucket-settings.ts";
import { agentOf } from "./agents.ts";
import { requireKey } from "./encryption.ts";
import type { Inputs } from "./inputs.ts";
import { type AnyKind, defineKind, LABELS } from "./kind.ts";
import type { Site } from "./site.ts";

/** What a notification of the local bucket can be of. */
const EVENT_TYPES = ["OBJECT_FINALIZE", "OBJECT_ARCHIVE", "OBJECT_DELETE"] as const;

const bucket = defineKind({
  apis: ["storage.googleapis.com"],
  withoutMeaning: {
    labels: LABELS,
    softDeletePolicy: "nothing of the stack restores what is deleted",
  },
  read: (inputs) => {
    inputs.mustBe("uniformBucketLevelAccess", true);
    inputs.mustBe("publicAccessPrevention", "enforced");
    return {
      name: inputs.text("name"),
      // Capitals make no difference.
      location: inputs.text("location").toUpperCase(),
      versioning: inputs.optionalObject("versioning")?.flag("enabled") ?? false,
      lifecycle: inputs.objects("lifecycleRules").flatMap(lifecycleRule),
      forceDestroy: inputs.flag("forceDestroy"),
      key: inputs.optionalObject("encryption")?.text("defaultKmsKeyName") ?? "",
    };
  },
  make: ({ name, versioning, lifecycle, key }, site) => {
    const { bucket, projectNumber } = site;
    requireKey(key, ["storage.googleapis.com"], site);
    bucket.createBucket(name, { versioning, lifecycle });
    return { id: name, outputs: { projectNumber: Number(projectNumber), url: `gs://${name}` } };
  },
  change: ({ from, to, deployed }, site) => {
    // What is elsewhere is another bucket, and a name that is taken makes none.
    if (from.name !== to.name || from.location !== to.location) return undefined;
    if (from.key !== to.key) requireKey(to.key, ["storage.googleapis.com"], site);
    site.bucket.changeBucket(to.name, to);
    return deployed;
  },
  remove: ({ name, forceDestroy }, { bucket }) => {
    if (bucket.hasBucket(name)) bucket.deleteBucket(name, forceDestroy ? "delete" : "refuse");
  },
  fullName: ({ id }) => `projects/_/buckets/${id}`,
});

/** Unfinished uploads end with the local bucket's process, so nothing is left of that rule. */
function lifecycleRule(rule: Inputs): LifecycleRule[] {
  const condition = rule.object("condition");
  const action = rule.object("action");
  action.only("type", "Delete", "AbortIncompleteMultipartUpload");
  const age = condition.optionalInteger("age", 0, Infinity);
  if (action.text("type") !== "Delete") {
    if (age === undefined) rule.refuse("condition", "has to hold an age");
    return [];
  }
  const daysSinceNoncurrentTime = condition.optionalInteger("daysSinceNoncurrentTime", 0, Infinity);
  condition.only("withState", "LIVE", "ARCHIVED", "ANY");
  const state = condition.optionalText("withState");
  if (age === undefined && daysSinceNoncurrentTime === undefined && state === "")
    rule.refuse("condition", "is empty: everything would be deleted");
  return [
    {
      withState: state === "LIVE" || state === "ARCHIVED" ? state : "ANY",
      ...(age !== undefined && { age }),
      ...(daysSinceNoncurrentTime !== undefined && { daysSinceNoncurrentTime }),
    },
  ];
}

const bucketObject = defineKind({
  apis: ["storage.googleapis.com"],
  withoutMeaning: {},
  read: (inputs) => ({
    name: inputs.text("name"),
    bucket: inputs.text("bucket"),
    source: inputs.bytes("source"),
  }),
  make: async ({ name, bucket: bucketName, source }, { bucket }) => {
    const { generation, md5Hash, crc32c } = await bucket.put(bucketName, name, source);
    return {
      id: `${bucketName}-${name}`,
      outputs: { generation: Number(generation), md5hash: md5Hash, crc32c },
    };
  },
  // That generation: another one may have its name by now, and then this one is gone already.
  remove: async ({ name, bucket: bucketName }, { bucket }, { outputs }) => {
    const generation = String(outputs["generation"]);
    if (!bucket.hasBucket(bucketName)) return;
    if (bucket.stat(bucketName, name, generation) !== undefined)
      await bucket.delete(bucketName, name, generation);
  },
});

const notification = defineKind({
  apis: ["storage.googleapis.com"],
  withoutMeaning: {},
  read: (inputs) => {
    inputs.mustBe("payloadFormat", "JSON_API_V1");
    const types = inputs.texts("eventTypes");
    if (types.length === 0)
      inputs.refuse("eventTypes", "is required: without it everything would be announced");
    const eventTypes = EVENT_TYPES.filter((type) => types.includes(type));
    if (eventTypes.length < new Set(types).size)
      inputs.refuse("eventTypes", `may hold only ${EVENT_TYPES.join(", ")} here`);
    return { bucket: inputs.text("bucket"), topic: inputs.text("topic"), eventTypes };
  },
  make: (config, site) => {
    site.bucket.requireBucket(config.bucket);
    requirePublisher(config.topic, site);
    const ids = site.notifications
      .filter((known) => known.bucket === config.bucket)
      .map((known) => Number(known.id));
    const id = String(Math.max(0, ...ids) + 1);
    site.notifications.push({ ...config, id });
    return { id: `${config.bucket}/notificationConfigs/${id}`, outputs: {} };
  },
  remove: ({ bucket }, { notifications }, { id }) => {
    const index = notifications.findIndex(
      (known) => `${bucket}/notificationConfigs/${known.id}` === id,
    );
    if (index >= 0) notifications.splice(index, 1);
  },
});

/**
 * In the service's own words
 * (https://github.com/hashicorp/terraform-provider-google/issues/12111).
 */
function requirePublisher(topic: string, { pubsub, policy, projectNumber }: Site): void {
  const agent = policy.caller(agentOf("storage.googleapis.com", projectNumber));
  if (pubsub.hasTopic(topic) && agent.may("pubsub.topics.publish", topic)) return;
  throw new Error(
    `googleapi: Error 403: The service account '${agent.email}' does not have permission to publish ` +
      `messages to the Cloud Pub/Sub topic '//pubsub.googleapis.com/${topic}', or that topic does ` +
      "not exist., forbidden",
  );
}

export const STORAGE_KINDS: Readonly<Record<string, AnyKind>> = {
  "gcp:storage/bucket:Bucket": bucket,
  "gcp:storage/bucketObject:BucketObject": bucketObject,
  "gcp:storage/notification:Notification": notification,
};
