import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { childrenOf } from "../children.ts";

export interface DeadLettersArgs {
  /** Of the topic and of its subscription. */
  readonly name: string;
  readonly retentionDays: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where what cannot be imported goes, with the reason, and waits for a person. */
export class DeadLetters extends pulumi.ComponentResource {
  /** `projects/P/topics/T` */
  readonly topic: pulumi.Output<string>;
  /** `projects/P/subscriptions/S` */
  readonly subscription: pulumi.Output<string>;
  /** To wait for before anything may be published: without a subscription it would be lost. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: DeadLettersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:DeadLetters", name, {}, opts);
    const { labels } = args;
    const child = childrenOf(this, opts?.dependsOn);
    const topic = new gcp.pubsub.Topic(`${name}-topic`, { name: args.name, labels }, child);
    const subscription = new gcp.pubsub.Subscription(
      `${name}-subscription`,
      {
        name: args.name,
        topic: topic.id,
        ackDeadlineSeconds: 60,
        messageRetentionDuration: `${args.retentionDays * 86_400}s`,
        // By default a subscription that nobody pulls from for 31 days deletes itself, with its messages.
        expirationPolicy: { ttl: "" },
        enableMessageOrdering: false,
        labels,
      },
      // Its name is fixed, so the old one has to go first.
      { ...child, deleteBeforeReplace: true },
    );
    this.topic = topic.id;
    this.subscription = subscription.id;
    this.ready = subscription;
    this.registerOutputs({ topic: this.topic, subscription: this.subscription });
  }
}
