import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

import { after } from "../children.ts";
import type { Grants } from "../grants.ts";
import { retryWhileRefused } from "../services/propagation.ts";

export interface ObjectNotificationArgs {
  readonly bucket: pulumi.Input<string>;
  /** `projects/P/topics/T`; a bare name would be looked for in no project. */
  readonly topic: pulumi.Input<string>;
  /** The Cloud Storage agent of the bucket's project, as an IAM member. */
  readonly storageAgent: pulumi.Input<string>;
  /** What receives the announcements: on a topic without a subscription they are lost. */
  readonly receiver: readonly pulumi.Resource[];
  readonly grants: Grants;
}

/** Announces every new object of the bucket on the topic. Comes last, and goes first on destroy. */
export function announceObjects(
  name: string,
  { bucket, topic, storageAgent, receiver, grants }: ObjectNotificationArgs,
  opts: pulumi.CustomResourceOptions,
): gcp.storage.Notification {
  const mayPublish = grants.give(
    `${name}-storage-may-publish`,
    { role: "roles/pubsub.publisher", member: storageAgent, on: { kind: "topic", topic } },
    opts,
  );
  return new gcp.storage.Notification(
    `${name}-notification`,
    { bucket, topic, payloadFormat: "JSON_API_V1", eventTypes: ["OBJECT_FINALIZE"] },
    {
      ...after(opts, [...receiver, ...mayPublish]),
      ...retryWhileRefused(`${name}-notification-retry`),
    },
  );
}
