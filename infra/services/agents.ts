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

/** Accounts that Google's services act as, as IAM members. */
export interface ServiceAgents {
  readonly storage: pulumi.Output<string>;
  readonly pubsub: pulumi.Output<string>;
}

/**
 * The agents. In a fresh project they do not exist until somebody asks for them
 * (https://cloud.google.com/iam/docs/service-agents), and a binding for an account that does not exist is refused.
 */
export function serviceAgents(
  name: string,
  { projectNumber, bucketProject, manageServices }: ServiceAgentsArgs,
  opts: pulumi.CustomResourceOptions,
): ServiceAgents {
  // Asking for it creates it.
  const storage = gcp.storage.getProjectServiceAccountOutput({ project: bucketProject }, opts);
  const created = manageServices
    ? new gcp.projects.ServiceIdentity(
        `${name}-agents-pubsub`,
        { service: "pubsub.googleapis.com" },
        opts,
      ).id
    : "";
  const pubsub = pulumi
    .all([projectNumber, created])
    .apply(([number]) => `serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`);
  return { storage: pulumi.interpolate`serviceAccount:${storage.emailAddress}`, pubsub };
}
