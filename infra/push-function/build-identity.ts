import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

export interface BuildIdentityArgs {
  readonly accountId: string;
  readonly repositoryId: string;
  readonly location: string;
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Who builds the functions, and where the images go. The default build account has no permissions in new projects
 * (https://cloud.google.com/functions/docs/securing/build-custom-sa), and the default repository is never cleaned.
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
    const first = {
      parent: this,
      ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
    };
    const account = new gcp.serviceaccount.Account(
      `${name}-account`,
      { accountId: args.accountId, displayName: "Builds the Mixpanel import functions" },
      first,
    );
    const repository = new gcp.artifactregistry.Repository(
      `${name}-images`,
      {
        repositoryId: args.repositoryId,
        location: args.location,
        format: "DOCKER",
        description: "Images of the Mixpanel import functions",
        cleanupPolicies: CLEANUP_POLICIES,
        labels: args.labels,
      },
      first,
    );
    const { project } = args;
    this.serviceAccount = account.name;
    this.repository = repository.id;
    this.grants = grant(name, { account, repository, project, location: args.location }, this);
    this.registerOutputs({ serviceAccount: this.serviceAccount, repository: this.repository });
  }
}

/** What is kept wins over what is deleted, so the image that runs stays however old it is. */
const CLEANUP_POLICIES = [
  { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: 5 } },
  { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: "2592000s" } },
];

interface Grantees {
  readonly account: gcp.serviceaccount.Account;
  readonly repository: gcp.artifactregistry.Repository;
  readonly project: string;
  readonly location: string;
}

function grant(name: string, to: Grantees, parent: pulumi.Resource): pulumi.Resource[] {
  const { member } = to.account;
  return [
    new gcp.projects.IAMMember(
      `${name}-may-write-logs`,
      { project: to.project, role: "roles/logging.logWriter", member },
      { parent },
    ),
    new gcp.artifactregistry.RepositoryIamMember(
      `${name}-may-push-images`,
      {
        repository: to.repository.name,
        location: to.location,
        role: "roles/artifactregistry.writer",
        member,
      },
      { parent },
    ),
    // Cloud Functions copies the source to a bucket that it makes itself, so the role cannot be given on
    // the bucket; without the condition a build could read every bucket of the project.
    new gcp.projects.IAMMember(
      `${name}-may-read-sources`,
      {
        project: to.project,
        role: "roles/storage.objectViewer",
        member,
        condition: {
          title: "function-sources-only",
          description: "The buckets Cloud Functions keeps sources in",
          expression: 'resource.name.startsWith("projects/_/buckets/gcf-v2-sources-")',
        },
      },
      { parent },
    ),
  ];
}
