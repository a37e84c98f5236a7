import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

export interface MixpanelSecretArgs {
  readonly secretId: string;
  /** White space around it is removed: `pulumi config set --secret mixpanelToken < file` adds a newline. */
  readonly token: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
}

/** The project token, in Secret Manager and nowhere else. */
export class MixpanelSecret extends pulumi.ComponentResource {
  readonly secretId: pulumi.Output<string>;
  /** Functions are pinned to it, so that a new token makes new revisions. */
  readonly version: pulumi.Output<string>;

  constructor(name: string, args: MixpanelSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:MixpanelSecret", name, {}, opts);
    const secret = new gcp.secretmanager.Secret(
      `${name}-secret`,
      { secretId: args.secretId, replication: { auto: {} }, labels: args.labels },
      { parent: this, ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) },
    );
    // Never deleteBeforeReplace: the functions must have moved to the new version before the old one goes.
    const version = new gcp.secretmanager.SecretVersion(
      `${name}-version`,
      { secret: secret.id, secretData: pulumi.secret(pulumi.output(args.token).apply(trimmed)) },
      { parent: this },
    );
    this.secretId = secret.secretId;
    this.version = version.version;
    this.registerOutputs({ secretId: this.secretId, version: this.version });
  }
}

function trimmed(token: string): string {
  if (token.trim() === "") throw new pulumi.RunError("mixpanelToken is empty.");
  return token.trim();
}
