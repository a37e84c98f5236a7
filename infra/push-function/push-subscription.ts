import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { Grants } from "../grants.ts";
import { isEngine } from "../services/propagation.ts";

/**
 * The longest there is (https://cloud.google.com/pubsub/docs/lease-management): for a push
 * subscription it is also the request's timeout. Shorter than a function's run, a message would be
 * delivered again beside the first delivery.
 */
const ACK_DEADLINE_SECONDS = 600;
/**
 * 100 attempts 10 to 600 s apart take about 16 hours; what can never succeed is dead-lettered by
 * the function itself.
 */
const MAX_DELIVERY_ATTEMPTS = 100;

export interface PushSubscriptionArgs {
  readonly subscriptionName: string;
  /** `projects/P/topics/T` */
  readonly topic: pulumi.Input<string>;
  /** The function that is called. */
  readonly target: gcp.cloudfunctionsv2.Function;
  /** Bare address of the account the calls are made as. */
  readonly invokerEmail: pulumi.Input<string>;
  /** `projects/P/topics/T` */
  readonly deadLetterTopic: pulumi.Input<string>;
  /** The Pub/Sub agent, as an IAM member. */
  readonly pubsubAgent: pulumi.Input<string>;
  readonly grants: Grants;
  /** "" for all messages; a change replaces the subscription. */
  readonly filter: string;
  readonly paused: boolean;
  readonly retentionDays: number;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * A subscription that pushes to a private function, never expires and gives up into the dead-letter
 * topic.
 *
 * @returns what to wait for before anything may be published to the topic
 */
export function pushSubscription(
  name: string,
  args: PushSubscriptionArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const subscription = new gcp.pubsub.Subscription(
    `${name}-subscription`,
    {
      name: args.subscriptionName,
      topic: args.topic,
      ackDeadlineSeconds: ACK_DEADLINE_SECONDS,
      messageRetentionDuration: `${args.retentionDays * 86_400}s`,
      retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
      deadLetterPolicy: {
        deadLetterTopic: args.deadLetterTopic,
        maxDeliveryAttempts: MAX_DELIVERY_ATTEMPTS,
      },
      // By default a subscription without activity for 31 days deletes itself, with its messages.
      expirationPolicy: { ttl: "" },
      enableMessageOrdering: false,
      ...(args.filter === "" ? {} : { filter: args.filter }),
      // Without an endpoint nothing is delivered, and messages wait.
      ...(args.paused ? {} : { pushConfig: pushConfig(args) }),
      labels: args.labels,
    },
    // Its name is fixed, so the old one has to go first.
    { ...opts, deleteBeforeReplace: true },
  );
  const mayForward = args.grants.give(
    `${name}-may-be-acknowledged-by-pubsub`,
    // Forwarding a dead letter is acknowledging it here.
    {
      role: "roles/pubsub.subscriber",
      member: args.pubsubAgent,
      on: { kind: "subscription", subscription: subscription.name },
    },
    opts,
  );
  return [subscription, ...mayForward];
}

function pushConfig({
  target,
  invokerEmail,
}: PushSubscriptionArgs): gcp.types.input.pubsub.SubscriptionPushConfig {
  const endpoint = pulumi
    .all([target.serviceConfig, target.name, target.urn])
    .apply(([config, name, urn]) => endpointOf(name, urn, config?.uri));
  return {
    pushEndpoint: endpoint,
    oidcToken: { serviceAccountEmail: invokerEmail, audience: endpoint },
    attributes: { "x-goog-version": "v1" },
  };
}

/**
 * @throws pulumi.RunError without one: the subscription would silently become one that nobody pulls
 * from.
 */
function endpointOf(name: string, urn: string, uri: string | undefined): string {
  if (uri !== undefined && uri !== "") return uri;
  if (!isEngine()) return "";
  throw new pulumi.RunError(
    `The function ${name} has no address: its creation has failed before. ` +
      `Run: pulumi up --replace '${urn}'`,
  );
}
