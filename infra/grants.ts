import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { commandFor } from "./grant-command.ts";
import { retryWhileMemberIsUnknown, withHooksOf } from "./services/propagation.ts";

type Text = pulumi.Input<string>;

/** What a role is given on. Members are only added, never bindings or policies replaced. */
export type GrantTarget =
  | {
      readonly kind: "project";
      readonly project: string;
      readonly condition?: {
        readonly title: string;
        readonly description: string;
        readonly expression: string;
      };
    }
  | { readonly kind: "topic"; readonly topic: Text }
  | { readonly kind: "subscription"; readonly subscription: Text }
  | { readonly kind: "bucket"; readonly bucket: Text }
  | { readonly kind: "secret"; readonly secretId: Text }
  /** `projects/P/serviceAccounts/E` */
  | { readonly kind: "account"; readonly account: Text }
  | { readonly kind: "repository"; readonly repository: Text; readonly location: string }
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K` */
  | { readonly kind: "key"; readonly key: string }
  /** The Cloud Run service of a function, which has the function's name. */
  | { readonly kind: "function"; readonly functionName: Text; readonly location: string };

export interface Grant {
  readonly role: string;
  /** `serviceAccount:…`, `group:…` */
  readonly member: Text;
  readonly on: GrantTarget;
  /** Whether it opens the stack to what is lost while anything of it is missing. */
  readonly opensInlet?: boolean;
}

export interface GrantsOptions {
  /** Whether grants are made; otherwise they are noted. */
  readonly isManaged: boolean;
  /** Project that everything is in that names none. */
  readonly project: string;
}

/** Makes grants, or notes the commands that make them, for somebody else to run. */
export class Grants {
  readonly #options: GrantsOptions;
  readonly #noted: { readonly stage: number; readonly command: pulumi.Output<string> }[] = [];

  constructor(options: GrantsOptions) {
    this.#options = options;
  }

  /** Gives a role. `name` reads as a sentence: `build-may-write-logs`. @returns what to wait for */
  give(name: string, given: Grant, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
    const { isManaged, project } = this.#options;
    if (isManaged) return [grant(name, given, opts)];
    this.#noted.push({ stage: stageOf(given), command: commandFor(given, project) });
    return [];
  }

  /**
   * The commands for what has not been made, in the order in which they can be run: those for the
   * key, without which nothing is made; those for what is there before the functions; those for
   * the functions and what calls them; those for whoever puts something in. Each list is known as
   * soon as what it names is.
   */
  noted(): pulumi.Output<string[]>[] {
    const lists = [...STAGES.keys(), STAGES.length]
      .map((stage) =>
        this.#noted.filter((noted) => noted.stage === stage).map(({ command }) => command),
      )
      .filter((commands) => commands.length > 0);
    const told: pulumi.Output<string[]>[] = [];
    for (const commands of lists) {
      // Not before the list before it.
      const list = pulumi.all([pulumi.all(commands), told.at(-1)]).apply(([known]) => known);
      told.push(list);
    }
    return told;
  }
}

/** Kinds of targets by when they are there. */
const STAGES: readonly (readonly GrantTarget["kind"][])[] = [
  ["key"],
  ["project", "topic", "bucket", "secret", "account", "repository"],
  ["function", "subscription"],
];

/** The last stage is for what opens an inlet. */
function stageOf({ on, opensInlet }: Grant): number {
  return opensInlet === true ? STAGES.length : STAGES.findIndex((kinds) => kinds.includes(on.kind));
}

function grant(
  name: string,
  { role, member, on }: Grant,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const opts = withHooksOf(options, retryWhileMemberIsUnknown(`${name}-retry`));
  switch (on.kind) {
    case "project": {
      const { project, condition } = on;
      const limited = condition === undefined ? {} : { condition };
      return new gcp.projects.IAMMember(name, { project, role, member, ...limited }, opts);
    }
    case "topic":
      return new gcp.pubsub.TopicIAMMember(name, { topic: on.topic, role, member }, opts);
    case "subscription": {
      const { subscription } = on;
      return new gcp.pubsub.SubscriptionIAMMember(name, { subscription, role, member }, opts);
    }
    case "bucket":
      return new gcp.storage.BucketIAMMember(name, { bucket: on.bucket, role, member }, opts);
    case "secret": {
      const { secretId } = on;
      return new gcp.secretmanager.SecretIamMember(name, { secretId, role, member }, opts);
    }
    case "account": {
      const serviceAccountId = on.account;
      return new gcp.serviceaccount.IAMMember(name, { serviceAccountId, role, member }, opts);
    }
    case "repository": {
      const { repository, location } = on;
      const args = { repository, location, role, member };
      return new gcp.artifactregistry.RepositoryIamMember(name, args, opts);
    }
    case "key":
      return new gcp.kms.CryptoKeyIAMMember(name, { cryptoKeyId: on.key, role, member }, opts);
    case "function": {
      const args = { name: on.functionName, location: on.location, role, member };
      return new gcp.cloudrunv2.ServiceIamMember(name, args, opts);
    }
  }
}
