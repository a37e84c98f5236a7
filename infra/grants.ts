import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { retryWhileMemberIsUnknown } from "./services/propagation.ts";

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
  /** The Cloud Run service of a function, which has the function's name. */
  | { readonly kind: "function"; readonly functionName: Text; readonly location: string };

export interface Grant {
  readonly role: string;
  /** `serviceAccount:…`, `group:…` */
  readonly member: Text;
  readonly on: GrantTarget;
}

/** Makes grants, or notes them for somebody else to make. */
export class Grants {
  readonly #isManaged: boolean;
  readonly #noted: pulumi.Output<string>[] = [];

  constructor(isManaged: boolean) {
    this.#isManaged = isManaged;
  }

  /** Gives a role. `name` reads as a sentence: `build-may-write-logs`. @returns what to wait for */
  give(name: string, given: Grant, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
    if (this.#isManaged) return [grant(name, given, opts)];
    this.#noted.push(sentenceOf(given));
    return [];
  }

  /** What has not been made, one sentence each. */
  noted(): pulumi.Output<string[]> {
    return pulumi.all(this.#noted);
  }
}

/** `roles/pubsub.publisher to serviceAccount:… on topic projects/P/topics/T` */
function sentenceOf({ role, member, on }: Grant): pulumi.Output<string> {
  return pulumi.all([member, nameOf(on)]).apply(([who, name]) => {
    const condition = on.kind === "project" ? (on.condition?.expression ?? "") : "";
    const limit = condition === "" ? "" : ` if ${condition}`;
    return `${role} to ${who} on ${on.kind} ${name}${limit}`;
  });
}

function nameOf(on: GrantTarget): Text {
  switch (on.kind) {
    case "project":
      return on.project;
    case "topic":
      return on.topic;
    case "subscription":
      return on.subscription;
    case "bucket":
      return on.bucket;
    case "secret":
      return on.secretId;
    case "account":
      return on.account;
    case "repository":
      return on.repository;
    case "function":
      return on.functionName;
  }
}

function grant(
  name: string,
  { role, member, on }: Grant,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const opts = { ...options, ...retryWhileMemberIsUnknown(`${name}-retry`) };
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
    case "function": {
      const args = { name: on.functionName, location: on.location, role, member };
      return new gcp.cloudrunv2.ServiceIamMember(name, args, opts);
    }
  }
}
