import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { childrenOf } from "../children.ts";
import type { Grants } from "../grants.ts";

export interface BuildIdentityArgs {
  readonly accountId: string;
  readonly repositoryId: string;
  readonly location: string;
  readonly project: string;
  /** The agent of Cloud Functions, as an IAM member: it reads the images. */
  readonly functionsAgent: pulumi.Input<string>;
  readonly grants: Grants;
  /** That of the functions, as they have to be the same; "" for Google's own. */
  readonly kmsKey: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is kept wins over what is deleted, so the image that runs stays however old it is. */
const CLEANUP_POLICIES = [
  { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: 5 } },
  { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: "2592000s" } },
];

/**
 * Who builds the functions, and where the images go. The default build account has no permissions
 * in new projects (https://cloud.google.com/functions/docs/securing/build-custom-sa), and the
 * default repository is never cleaned.
 */
export class BuildIdentity extends pulumi.ComponentResource {
  /** `projects/P/serviceAccounts/E`, as a build wants it. */
  readonly serviceAccount: pulumi.Output<string>;
  /** `projects/P/locations/L/repositories/R` */
  readonly repository: pulumi.Output<string>;
  /** What a build fails without. */
  readonly grants: readonly pulumi.Resource[];

  constructor(name: string, args: BuildIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:BuildIdentity", name, {}, opts);
    const child = childrenOf(this, opts?.dependsOn);
    const account = new gcp.serviceaccount.Account(
      `${name}-account`,
      { accountId: args.accountId, displayName: "Builds the Mixpanel import functions" },
      child,
    );
    const repository = new gcp.artifactregistry.Repository(
      `${name}-images`,
      {
        repositoryId: args.repositoryId,
        location: args.location,
        format: "DOCKER",
        description: "Images of the Mixpanel import functions",
        cleanupPolicies: CLEANUP_POLICIES,
        kmsKeyName: args.kmsKey || undefined,
        labels: args.labels,
      },
      // Its name is fixed, and another key replaces it.
      { ...child, deleteBeforeReplace: true },
    );
    this.serviceAccount = account.name;
    this.repository = repository.id;
    this.grants = grantBuild(name, args, { account, repository }, child);
    this.registerOutputs({ serviceAccount: this.serviceAccount, repository: this.repository });
  }
}

function grantBuild(
  name: string,
  { project, location, functionsAgent, grants }: BuildIdentityArgs,
  to: {
    readonly account: gcp.serviceaccount.Account;
    readonly repository: gcp.artifactregistry.Repository;
  },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { member } = to.account;
  const repository = to.repository.name;
  return [
    ...grants.give(
      `${name}-may-write-logs`,
      { role: "roles/logging.logWriter", member, on: { kind: "project", project } },
      opts,
    ),
    ...grants.give(
      `${name}-may-push-images`,
      {
        role: "roles/artifactregistry.writer",
        member,
        on: { kind: "repository", repository, location },
      },
      opts,
    ),
    // It has it by its own role in most projects; not where somebody took that away.
    ...grants.give(
      `${name}-functions-agent-may-read-images`,
      {
        role: "roles/artifactregistry.reader",
        member: functionsAgent,
        on: { kind: "repository", repository, location },
      },
      opts,
    ),
    // Cloud Functions copies the source to a bucket that it makes itself, so the role cannot be
    // given on the bucket; without the condition a build could read every bucket of the project.
    ...grants.give(
      `${name}-may-read-sources`,
      {
        role: "roles/storage.objectViewer",
        member,
        on: { kind: "project", project, condition: ONLY_FUNCTION_SOURCES },
      },
      opts,
    ),
  ];
}

const ONLY_FUNCTION_SOURCES = {
  title: "function-sources-only",
  description: "The buckets Cloud Functions keeps sources in",
  expression: 'resource.name.startsWith("projects/_/buckets/gcf-v2-sources-")',
};
