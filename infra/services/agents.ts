import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

export interface ServiceAgentsArgs {
  /** Project that everything is in. */
  readonly project: string;
  /** Project of the landing bucket: notifications are sent by the agent of the bucket's project. */
  readonly bucketProject: string;
  /** Whether agents may have to be created. */
  readonly manageServices: boolean;
}

/** Accounts that Google's services act as, as IAM members. */
export interface ServiceAgents {
  readonly storage: pulumi.Output<string>;
  readonly pubsub: pulumi.Output<string>;
  /** That of Cloud Functions, which reads images. */
  readonly functions: pulumi.Output<string>;
  /** What has to be there before a function is made. */
  readonly identities: readonly pulumi.Resource[];
}

/**
 * Services whose agents are asked for, and the domain of each agent
 * (https://cloud.google.com/iam/docs/service-agents).
 */
const AGENTS = {
  pubsub: "gcp-sa-pubsub",
  cloudfunctions: "gcf-admin-robot",
  run: "serverless-robot-prod",
} as const;

/**
 * The agents. In a fresh project they do not exist until somebody asks for them
 * (https://cloud.google.com/iam/docs/service-agents), and a binding for an account that does not
 * exist is refused.
 */
export function serviceAgents(
  name: string,
  { project, bucketProject, manageServices }: ServiceAgentsArgs,
  opts: pulumi.CustomResourceOptions,
): ServiceAgents {
  // Asking for it creates it.
  const storage = gcp.storage.getProjectServiceAccountOutput({ project: bucketProject }, opts);
  const { number } = gcp.organizations.getProjectOutput({ projectId: project }, opts);
  const identities = manageServices
    ? Object.keys(AGENTS).map(
        (service) =>
          new gcp.projects.ServiceIdentity(
            `${name}-agents-${service}`,
            { project, service: `${service}.googleapis.com` },
            opts,
          ),
      )
    : [];
  const created = pulumi.all(identities.map(({ id }) => id));
  const agent = (domain: string): pulumi.Output<string> =>
    pulumi
      .all([number, created])
      .apply(([digits]) => `serviceAccount:service-${digits}@${domain}.iam.gserviceaccount.com`);
  return {
    storage: pulumi.interpolate`serviceAccount:${storage.emailAddress}`,
    pubsub: agent(AGENTS.pubsub),
    functions: agent(AGENTS.cloudfunctions),
    identities,
  };
}
