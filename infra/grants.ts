import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

import { retryWhileMemberIsUnknown } from "./services/propagation.ts";

type Text = pulumi.Input<string>;

/** What a role is given on. Members are only added, never bindings or policies replaced. */
export type GrantTarget =
  | {
      readonly kind: "project";
      readonly project: string;
      readonly condition?: gcp.types.input.projects.IAMMemberCondition;
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

/** Gives `role` to `member`. `name` reads as a sentence: `build-may-write-logs`. */
export function grant(
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
