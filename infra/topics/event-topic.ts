import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../configuration/arguments.ts";
import { grant } from "../grants.ts";

/** `projects/P/topics/T` that events are published to: an own topic, or one that is there already. */
export function eventTopic(
  name: string,
  { settings, names, project }: Plan,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { existingTopic, labels } = settings;
  if (existingTopic === "")
    return new gcp.pubsub.Topic(name, { name: names.name("events"), labels }, opts).id;
  const isFull = existingTopic.includes("/");
  return pulumi.output(isFull ? existingTopic : `projects/${project}/topics/${existingTopic}`);
}

/**
 * Lets `members` publish. They may only once the topic's subscription is there, which `opts` waits for: a message on
 * a topic without one is lost (https://cloud.google.com/pubsub/docs/subscription-overview).
 */
export function allowPublishers(
  name: string,
  topic: pulumi.Input<string>,
  members: readonly string[],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const member of members)
    grant(
      `${name}-publisher-${member}`,
      { role: "roles/pubsub.publisher", member, on: { kind: "topic", topic } },
      opts,
    );
}
