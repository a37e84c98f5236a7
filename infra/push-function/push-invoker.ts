import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { childrenOf } from "../children.ts";
import type { Grants } from "../grants.ts";

export interface PushInvokerArgs {
  readonly accountId: string;
  /** The Pub/Sub agent, as an IAM member. */
  readonly pubsubAgent: pulumi.Input<string>;
  /** `projects/P/topics/T` */
  readonly deadLetterTopic: pulumi.Input<string>;
  readonly grants: Grants;
}

/** Lets Pub/Sub call the functions as an account of its own, and publish what it gives up on. */
export class PushInvoker extends pulumi.ComponentResource {
  readonly account: gcp.serviceaccount.Account;
  /** What Pub/Sub needs before it delivers: to act as the account, and to publish dead letters. */
  readonly grants: readonly pulumi.Resource[];

  constructor(name: string, args: PushInvokerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:PushInvoker", name, {}, opts);
    const { pubsubAgent: member, deadLetterTopic: topic } = args;
    const child = childrenOf(this, opts?.dependsOn);
    this.account = new gcp.serviceaccount.Account(
      `${name}-account`,
      { accountId: args.accountId, displayName: "Calls the Mixpanel import functions" },
      child,
    );
    const account = this.account.name;
    this.grants = [
      // Agents made since April 2021 have it by their own role, unless the organisation took that
      // away (https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions).
      ...args.grants.give(
        `${name}-pubsub-may-act-as-invoker`,
        {
          role: "roles/iam.serviceAccountTokenCreator",
          member,
          on: { kind: "account", account },
        },
        child,
      ),
      ...args.grants.give(
        `${name}-pubsub-may-publish-dead-letters`,
        { role: "roles/pubsub.publisher", member, on: { kind: "topic", topic } },
        child,
      ),
    ];
    this.registerOutputs({});
  }
}
