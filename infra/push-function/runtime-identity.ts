import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { childrenOf } from "../children.ts";
import type { Grants, GrantTarget } from "../grants.ts";

export interface RuntimeIdentityArgs {
  readonly accountId: string;
  readonly displayName: string;
  /** E-mail of an account that is there already; "" for an own one. */
  readonly existingAccount: pulumi.Input<string>;
  readonly grants: Grants;
  /** Secrets it may read, by a name for the binding. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Topics it may publish to, by a name for the binding. */
  readonly mayPublishTo: Readonly<Record<string, pulumi.Input<string>>>;
  /** Bucket whose objects it may read and list. */
  readonly mayRead?: pulumi.Input<string>;
  /** Bucket whose objects it may create and replace. */
  readonly mayWrite?: pulumi.Input<string>;
}

/** The account a function runs as, with exactly what it needs, each on the one resource. */
export class RuntimeIdentity extends pulumi.ComponentResource {
  readonly email: pulumi.Output<string>;
  /** What the function needs before it is deployed. */
  readonly grants: readonly pulumi.Resource[];

  constructor(name: string, args: RuntimeIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:RuntimeIdentity", name, {}, opts);
    const child = childrenOf(this, opts?.dependsOn);
    this.email =
      args.existingAccount === ""
        ? new gcp.serviceaccount.Account(
            `${name}-account`,
            { accountId: args.accountId, displayName: args.displayName },
            child,
          ).email
        : pulumi.output(args.existingAccount);
    const member = pulumi.interpolate`serviceAccount:${this.email}`;
    this.grants = neededGrants(args).flatMap(({ sentence, role, on }) =>
      args.grants.give(`${name}-${sentence}`, { role, member, on }, child),
    );
    this.registerOutputs({ email: this.email });
  }
}

interface NeededGrant {
  readonly sentence: string;
  readonly role: string;
  readonly on: GrantTarget;
}

function neededGrants(args: RuntimeIdentityArgs): NeededGrant[] {
  const { secrets, mayPublishTo, mayRead, mayWrite } = args;
  const onBucket = (
    sentence: string,
    role: string,
    bucket: pulumi.Input<string> | undefined,
  ): NeededGrant[] =>
    bucket === undefined ? [] : [{ sentence, role, on: { kind: "bucket", bucket } }];
  return [
    ...Object.entries(secrets).map(([secretName, secretId]): NeededGrant => ({
      sentence: `may-read-${secretName}`,
      role: "roles/secretmanager.secretAccessor",
      on: { kind: "secret", secretId },
    })),
    ...Object.entries(mayPublishTo).map(([topicName, topic]): NeededGrant => ({
      sentence: `may-publish-${topicName}`,
      role: "roles/pubsub.publisher",
      on: { kind: "topic", topic },
    })),
    ...onBucket("may-read-objects", "roles/storage.objectViewer", mayRead),
    // Replacing a receipt is deleting one, which objectCreator may not.
    ...onBucket("may-write-receipts", "roles/storage.objectUser", mayWrite),
  ];
}
