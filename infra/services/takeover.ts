/** What Google says of a name that is taken, by this project or by somebody else. */
export const ALREADY_THERE = /already exists|already own it/i;

/** A resource that could not be created, as its hook is told of it. */
interface Refused {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * How to go on when something is there already that the state does not know. A run that is killed
 * leaves what it was just making as a pending operation: `pulumi refresh` makes it the stack's,
 * without a terminal too
 * (https://www.pulumi.com/docs/support/troubleshooting/common-issues/interrupted-updates/). For
 * what is another stack's it does nothing.
 *
 * @returns undefined for a type whose names are never taken
 */
export function takeoverAdvice(refused: Refused, project: string): string | undefined {
  const id = idOf(refused, project);
  if (id === undefined) return undefined;
  const flag = (value: string): string => `--import-pending-creates '${value}'`;
  return (
    `${id} is there already. Was a run of this stack interrupted before? Then take it over: ` +
    `pulumi refresh --yes ${flag(refused.urn)} ${flag(id)}, and run pulumi up again. Otherwise it is that of ` +
    "another stack of this name, or was kept when one was destroyed (a bucket of files: pulumi config set existingBucket)."
  );
}

/** As the provider reads it: https://www.pulumi.com/registry/packages/gcp/, "Import" of each. */
function idOf({ type, inputs }: Refused, project: string): string | undefined {
  const text = (key: string): string => String(inputs[key]);
  const inProject = (path: string): string => `projects/${project}/${path}`;
  const here = (path: string): string => inProject(`locations/${text("location")}/${path}`);
  switch (type) {
    case "gcp:storage/bucket:Bucket":
    case "gcp:logging/metric:Metric":
      return text("name");
    case "gcp:pubsub/topic:Topic":
      return inProject(`topics/${text("name")}`);
    case "gcp:pubsub/subscription:Subscription":
      return inProject(`subscriptions/${text("name")}`);
    case "gcp:secretmanager/secret:Secret":
      return inProject(`secrets/${text("secretId")}`);
    case "gcp:serviceaccount/account:Account":
      return inProject(`serviceAccounts/${text("accountId")}@${project}.iam.gserviceaccount.com`);
    case "gcp:artifactregistry/repository:Repository":
      return here(`repositories/${text("repositoryId")}`);
    case "gcp:cloudfunctionsv2/function:Function":
      return here(`functions/${text("name")}`);
    case "gcp:monitoring/customService:CustomService":
      return inProject(`services/${text("serviceId")}`);
    case "gcp:monitoring/slo:Slo":
      return inProject(`services/${text("service")}/serviceLevelObjectives/${text("sloId")}`);
    default:
      return undefined;
  }
}
