import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../configuration/arguments.ts";
import { API_IS_NEW, retryCall } from "./propagation.ts";

/** Accounts that Google's services act as, as IAM members. */
export interface ServiceAgents {
  /** Sends the notifications of the landing bucket: the agent of that bucket's project. */
  readonly storage: pulumi.Output<string>;
  readonly pubsub: pulumi.Output<string>;
  /** That of Cloud Functions, which reads images. */
  readonly functions: pulumi.Output<string>;
  /** All that need the key of an encrypted stack, by service; none without a key. */
  readonly encrypting: Readonly<Record<string, pulumi.Output<string>>>;
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
 * Those that need a key besides, and Cloud Storage. Eventarc does nothing here, but Google wants
 * the key given to it for all functions (https://cloud.google.com/functions/docs/securing/cmek).
 */
const ENCRYPTING_AGENTS = {
  artifactregistry: "gcp-sa-artifactregistry",
  eventarc: "gcp-sa-eventarc",
  secretmanager: "gcp-sa-secretmanager",
} as const;

/**
 * The agents. In a fresh project they do not exist until somebody asks for them
 * (https://cloud.google.com/iam/docs/service-agents), and a binding for an account that does not
 * exist is refused.
 */
export function serviceAgents(
  name: string,
  { project, settings }: Plan,
  opts: pulumi.CustomResourceOptions,
): ServiceAgents {
  const isEncrypted = settings.kmsKey !== "";
  const services = isEncrypted ? { ...AGENTS, ...ENCRYPTING_AGENTS } : AGENTS;
  const { number } = gcp.organizations.getProjectOutput({ projectId: project }, opts);
  const identities = settings.manageServices
    ? Object.keys(services).map(
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
  const encrypting = Object.fromEntries(
    Object.entries(services).map(([service, domain]) => [service, agent(domain)]),
  );
  const storage = (of: string): pulumi.Output<string> =>
    // Known once the APIs are enabled, which that call does not need.
    number.apply(() => storageAgent(of, settings.manageServices, opts));
  return {
    storage: storage(settings.existingBucketProject || project),
    pubsub: agent(AGENTS.pubsub),
    functions: agent(AGENTS.cloudfunctions),
    encrypting: isEncrypted ? { storage: storage(project), ...encrypting } : {},
    identities,
  };
}

/**
 * The agent of Cloud Storage in `project`. Asking for it creates it. Of a call no hook asks again,
 * as for resources, when the API was enabled a moment ago.
 */
async function storageAgent(
  project: string,
  isApiNew: boolean,
  { parent, provider }: pulumi.CustomResourceOptions,
): Promise<string> {
  // Left out, the provider is that of the parent.
  const by = { ...(parent && { parent }), ...(provider && { provider }) };
  const ask = () => gcp.storage.getProjectServiceAccount({ project }, by);
  const { emailAddress } = await (isApiNew ? retryCall(ask, API_IS_NEW) : ask());
  return `serviceAccount:${emailAddress}`;
}
