import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

import { retryWhileRefused } from "../services/propagation.ts";

export interface ObjectNotificationArgs {
  readonly bucket: pulumi.Input<string>;
  /** `projects/P/topics/T`; a bare name would be looked for in no project. */
  readonly topic: pulumi.Input<string>;
  /** The Cloud Storage agent of the bucket's project, as an IAM member. */
  readonly storageAgent: pulumi.Input<string>;
}

/**
 * Announces every new object of the bucket on the topic. Comes last, and goes first on destroy: `dependsOn` is what
 * receives the announcements, for on a topic without a subscription they are lost.
 */
export function announceObjects(
  name: string,
  args: ObjectNotificationArgs,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: readonly pulumi.Resource[] },
): gcp.storage.Notification {
  const mayPublish = new gcp.pubsub.TopicIAMMember(
    `${name}-storage-may-publish`,
    { topic: args.topic, role: "roles/pubsub.publisher", member: args.storageAgent },
    { parent: opts.parent },
  );
  return new gcp.storage.Notification(
    `${name}-notification`,
    {
      bucket: args.bucket,
      topic: args.topic,
      payloadFormat: "JSON_API_V1",
      eventTypes: ["OBJECT_FINALIZE"],
    },
    {
      parent: opts.parent,
      dependsOn: [...opts.dependsOn, mayPublish],
      ...retryWhileRefused(`${name}-notification-retry`),
    },
  );
}
