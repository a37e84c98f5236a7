import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

export interface ServiceAgentsArgs {
  /** Number of the project that the subscriptions are in. */
  readonly projectNumber: pulumi.Input<number>;
  /** Project of the landing bucket: notifications are sent by the agent of the bucket's project. */
  readonly bucketProject: string;
  /** Whether the Pub/Sub agent may have to be created. */
  readonly manageServices: boolean;
}

/**
 * The accounts that Cloud Storage and Pub/Sub act as, as IAM members. In a fresh project they do not exist until
 * somebody asks for them (https://cloud.google.com/iam/docs/service-agents), and a binding for an account that does not exist is refused.
 */
export class ServiceAgents extends pulumi.ComponentResource {
  readonly storage: pulumi.Output<string>;
  readonly pubsub: pulumi.Output<string>;

  constructor(name: string, args: ServiceAgentsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:ServiceAgents", name, {}, opts);
    const waitFor = opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn };

    // Asking for it creates it.
    const storage = gcp.storage.getProjectServiceAccountOutput(
      { project: args.bucketProject },
      { parent: this, ...waitFor },
    );
    this.storage = pulumi.interpolate`serviceAccount:${storage.emailAddress}`;

    const created = args.manageServices
      ? new gcp.projects.ServiceIdentity(
          `${name}-pubsub`,
          { service: "pubsub.googleapis.com" },
          { parent: this, ...waitFor },
        ).id
      : "";
    this.pubsub = pulumi
      .all([args.projectNumber, created])
      .apply(
        ([number]) => `serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`,
      );
    this.registerOutputs({ storage: this.storage, pubsub: this.pubsub });
  }
}
