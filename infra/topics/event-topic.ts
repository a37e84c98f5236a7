import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

export interface EventTopicArgs {
  readonly topicName: string;
  readonly project: string;
  /** `projects/P/topics/T`, or `T` in `project`; "" for an own topic. */
  readonly existingTopic: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where events are published to: an own topic, or one that is there already. */
export class EventTopic extends pulumi.ComponentResource {
  /** `projects/P/topics/T` */
  readonly topic: pulumi.Output<string>;

  constructor(name: string, args: EventTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:EventTopic", name, {}, opts);
    this.topic =
      args.existingTopic === ""
        ? new gcp.pubsub.Topic(
            `${name}-topic`,
            { name: args.topicName, labels: args.labels },
            {
              parent: this,
              ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
            },
          ).id
        : pulumi.output(fullTopic(args.existingTopic, args.project));
    this.registerOutputs({ topic: this.topic });
  }
}

/**
 * Lets `members` publish. They may only once the topic's subscription is there (`dependsOn`): a message on a topic
 * without one is lost (https://cloud.google.com/pubsub/docs/subscription-overview).
 */
export function allowPublishers(
  name: string,
  topic: pulumi.Input<string>,
  members: readonly string[],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const member of members)
    new gcp.pubsub.TopicIAMMember(
      `${name}-publisher-${member}`,
      { topic, role: "roles/pubsub.publisher", member },
      opts,
    );
}

function fullTopic(topic: string, project: string): string {
  return topic.includes("/") ? topic : `projects/${project}/topics/${topic}`;
}
