import { record } from "../support/run-program.ts";

/** That a member has a role on something; `on` is its kind and the last part of its name. */
export interface Grant {
  readonly member: string;
  readonly role: string;
  readonly on: string;
}

/** Inputs that say what a binding is on, by the binding's type. */
const TARGETS: Readonly<Record<string, readonly [kind: string, input: string]>> = {
  "gcp:projects/iAMMember:IAMMember": ["project", "project"],
  "gcp:serviceaccount/iAMMember:IAMMember": ["account", "serviceAccountId"],
  "gcp:pubsub/topicIAMMember:TopicIAMMember": ["topic", "topic"],
  "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": ["subscription", "subscription"],
  "gcp:storage/bucketIAMMember:BucketIAMMember": ["bucket", "bucket"],
  "gcp:secretmanager/secretIamMember:SecretIamMember": ["secret", "secretId"],
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": ["repository", "repository"],
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": ["key", "cryptoKeyId"],
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": ["function", "name"],
};

/** Groups of gcloud's commands by the kind of what they grant on. */
const GROUPS: Readonly<Record<string, string>> = {
  projects: "project",
  "iam service-accounts": "account",
  "pubsub topics": "topic",
  "pubsub subscriptions": "subscription",
  "storage buckets": "bucket",
  secrets: "secret",
  "artifacts repositories": "repository",
  "kms keys": "key",
  "run services": "function",
};

/** The grant that a resource of a member binding makes; undefined for all other types. */
export function grantOf(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
): Grant | undefined {
  const target = TARGETS[type];
  if (target === undefined) return undefined;
  const [kind, input] = target;
  const { member, role } = record(inputs);
  return {
    member: String(member),
    role: String(role),
    on: `${kind} ${lastPart(String(inputs[input]))}`,
  };
}

/** The grant that a printed command makes. @throws Error for a command that makes none */
export function grantOfCommand(command: string): Grant {
  const words = /^gcloud (.+?) add-iam-policy-binding (\S+) /.exec(command);
  const [, group = "", name = ""] = words ?? [];
  const kind = GROUPS[group];
  const member = /--member=(\S+)/.exec(command)?.[1];
  const role = /--role=(\S+)/.exec(command)?.[1];
  if (kind === undefined || member === undefined || role === undefined)
    throw new Error(`not a command that grants: ${command}`);
  return { member, role, on: `${kind} ${lastPart(name)}` };
}

export function lastPart(name: string): string {
  return name.replace(/^.*\//, "");
}
