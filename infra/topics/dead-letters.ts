import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { childrenOf } from "../children.ts";
import type { Plan } from "../configuration/arguments.ts";
import { createTopic, protection } from "./topic.ts";

/** Where what cannot be imported goes, with the reason, and waits for a person. */
export class DeadLetters extends pulumi.ComponentResource {
  /** `projects/P/topics/T` */
  readonly topic: pulumi.Output<string>;
  /** `projects/P/subscriptions/S` */
  readonly subscription: pulumi.Output<string>;
  /** To wait for before anything may be published: without a subscription it would be lost. */
  readonly ready: pulumi.Resource;

  constructor(name: string, plan: Plan, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:DeadLetters", name, {}, opts);
    const { settings, names } = plan;
    const child = childrenOf(this, opts?.dependsOn);
    const topic = createTopic(`${name}-topic`, names.name("dead-letters"), plan, child);
    const subscription = new gcp.pubsub.Subscription(
      `${name}-subscription`,
      {
        name: names.name("dead-letters"),
        topic: topic.id,
        ackDeadlineSeconds: 60,
        messageRetentionDuration: `${settings.deadLetterRetentionDays * 86_400}s`,
        // By default a subscription that nobody pulls from for 31 days deletes itself, with its
        // messages.
        expirationPolicy: { ttl: "" },
        enableMessageOrdering: false,
        labels: settings.labels,
      },
      // Its name is fixed, so the old one has to go first.
      { ...child, ...protection(settings), deleteBeforeReplace: true },
    );
    this.topic = topic.id;
    this.subscription = subscription.id;
    this.ready = subscription;
    this.registerOutputs({ topic: this.topic, subscription: this.subscription });
  }
}
