import * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../configuration/arguments.ts";
import type { Grants } from "../grants.ts";
import { createTopic } from "./topic.ts";

/**
 * `projects/P/topics/T` that events are published to: an own topic, or one that is there already.
 */
export function eventTopic(
  name: string,
  plan: Plan,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { topic } = plan.existing;
  if (topic === "") return createTopic(name, plan.names.name("events"), plan, opts).id;
  return pulumi
    .output(topic)
    .apply((known) => (known.includes("/") ? known : `projects/${plan.project}/topics/${known}`));
}

/**
 * Lets `members` publish. They may only once the topic's subscription is there, which `opts` waits
 * for, and `topic` is known only after: a message on a topic without one is lost
 * (https://cloud.google.com/pubsub/docs/subscription-overview).
 */
export function allowPublishers(
  name: string,
  topic: pulumi.Input<string>,
  members: readonly string[],
  grants: Grants,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const member of members)
    grants.give(
      `${name}-publisher-${member}`,
      {
        role: "roles/pubsub.publisher",
        member,
        on: { kind: "topic", topic },
        opensInlet: true,
      },
      opts,
    );
}
