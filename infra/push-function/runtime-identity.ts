import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

export interface RuntimeIdentityArgs {
  readonly accountId: string;
  readonly displayName: string;
  readonly secretId: pulumi.Input<string>;
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
    const first = opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn };
    const account = new gcp.serviceaccount.Account(
      `${name}-account`,
      { accountId: args.accountId, displayName: args.displayName },
      { parent: this, ...first },
    );
    this.email = account.email;
    this.grants = grant(name, args, account.member, { parent: this, ...first });
    this.registerOutputs({ email: this.email });
  }
}

function grant(
  name: string,
  args: RuntimeIdentityArgs,
  member: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const maySee = new gcp.secretmanager.SecretIamMember(
    `${name}-may-read-token`,
    { secretId: args.secretId, role: "roles/secretmanager.secretAccessor", member },
    opts,
  );
  const mayPublish = Object.entries(args.mayPublishTo).map(
    ([topicName, topic]) =>
      new gcp.pubsub.TopicIAMMember(
        `${name}-may-publish-${topicName}`,
        { topic, role: "roles/pubsub.publisher", member },
        opts,
      ),
  );
  const onBucket = (suffix: string, bucket: pulumi.Input<string> | undefined, role: string) =>
    bucket === undefined
      ? []
      : [new gcp.storage.BucketIAMMember(`${name}-${suffix}`, { bucket, role, member }, opts)];
  return [
    maySee,
    ...mayPublish,
    ...onBucket("may-read-objects", args.mayRead, "roles/storage.objectViewer"),
    // Replacing a receipt is deleting one, which objectCreator may not.
    ...onBucket("may-write-receipts", args.mayWrite, "roles/storage.objectUser"),
  ];
}
