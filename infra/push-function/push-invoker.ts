import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

export interface PushInvokerArgs {
  readonly accountId: string;
  /** The Pub/Sub agent, as an IAM member. */
  readonly pubsubAgent: pulumi.Input<string>;
  /** `projects/P/topics/T` */
  readonly deadLetterTopic: pulumi.Input<string>;
}

/** Lets Pub/Sub call the functions as an account of its own, and publish what it gives up on. */
export class PushInvoker extends pulumi.ComponentResource {
  readonly account: gcp.serviceaccount.Account;
  readonly grants: readonly pulumi.Resource[];

  constructor(name: string, args: PushInvokerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:PushInvoker", name, {}, opts);
    const child = {
      parent: this,
      ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
    };
    this.account = new gcp.serviceaccount.Account(
      `${name}-account`,
      { accountId: args.accountId, displayName: "Calls the Mixpanel import functions" },
      child,
    );
    // Agents made since April 2021 have it by their own role, unless the organisation took that away
    // (https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions).
    const mayMintTokens = new gcp.serviceaccount.IAMMember(
      `${name}-pubsub-may-act-as-invoker`,
      {
        serviceAccountId: this.account.name,
        role: "roles/iam.serviceAccountTokenCreator",
        member: args.pubsubAgent,
      },
      child,
    );
    const mayDeadLetter = new gcp.pubsub.TopicIAMMember(
      `${name}-pubsub-may-publish-dead-letters`,
      { topic: args.deadLetterTopic, role: "roles/pubsub.publisher", member: args.pubsubAgent },
      child,
    );
    this.grants = [mayMintTokens, mayDeadLetter];
    this.registerOutputs({});
  }
}
