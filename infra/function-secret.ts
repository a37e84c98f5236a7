import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { childrenOf } from "./children.ts";

export interface FunctionSecretArgs {
  /** The configuration's key, for messages. */
  readonly key: string;
  readonly secretId: string;
  /** White space around it is removed: `pulumi config set --secret KEY < file` adds a newline. */
  readonly value: pulumi.Input<string>;
  /** The one region it is kept in. */
  readonly location: string;
  /** "" for Google's own. */
  readonly kmsKey: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A secret that functions get, in Secret Manager and nowhere else. */
export class FunctionSecret extends pulumi.ComponentResource {
  readonly secretId: pulumi.Output<string>;
  /** Functions are pinned to it, so that a new value makes new revisions. */
  readonly version: pulumi.Output<string>;

  constructor(name: string, args: FunctionSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:FunctionSecret", name, {}, opts);
    const child = childrenOf(this, opts?.dependsOn);
    const secret = new gcp.secretmanager.Secret(
      `${name}-secret`,
      {
        secretId: args.secretId,
        replication: { userManaged: { replicas: [replica(args)] } },
        labels: args.labels,
      },
      child,
    );
    const secretData = pulumi.output(args.value).apply((value) => trimmed(args.key, value));
    // Never deleteBeforeReplace: the functions must have moved to the new version before the old
    // one goes.
    const version = new gcp.secretmanager.SecretVersion(
      `${name}-version`,
      { secret: secret.id, secretData: pulumi.secret(secretData) },
      child,
    );
    this.secretId = secret.secretId;
    this.version = version.version;
    this.registerOutputs({ secretId: this.secretId, version: this.version });
  }
}

/** Where everything else is, and nowhere else. */
function replica({
  location,
  kmsKey,
}: FunctionSecretArgs): gcp.types.input.secretmanager.SecretReplicationUserManagedReplica {
  if (kmsKey === "") return { location };
  return { location, customerManagedEncryption: { kmsKeyName: kmsKey } };
}

function trimmed(key: string, value: string): string {
  if (value.trim() === "") throw new pulumi.RunError(`${key} is empty.`);
  return value.trim();
}
