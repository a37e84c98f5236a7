import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../configuration/arguments.ts";

/** A topic that keeps its messages in the stack's region, and nowhere else. */
export function createTopic(
  name: string,
  topicName: string,
  { settings, location }: Plan,
  opts: pulumi.CustomResourceOptions,
): gcp.pubsub.Topic {
  return new gcp.pubsub.Topic(
    name,
    {
      name: topicName,
      kmsKeyName: settings.kmsKey || undefined,
      messageStoragePolicy: { allowedPersistenceRegions: [location] },
      labels: settings.labels,
    },
    { ...opts, ...protection(settings) },
  );
}

/**
 * What holds messages is protected with the bucket. Left out, the protection of the component
 * around it holds.
 */
export function protection({
  bucketOnDestroy,
}: Plan["settings"]): Pick<pulumi.CustomResourceOptions, "protect"> {
  return bucketOnDestroy === "fail" ? { protect: true } : {};
}
