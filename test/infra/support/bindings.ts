import type { Registration } from "./registrations.ts";

/** Who may do what on what, in words. */
export interface Binding {
  readonly member: string;
  readonly role: string;
  readonly on: string;
}

/** Keys that say what a binding is on, by the binding's type. */
const TARGETS: Readonly<Record<string, { readonly kind: string; readonly key: string }>> = {
  "gcp:projects/iAMMember:IAMMember": { kind: "project", key: "project" },
  "gcp:serviceaccount/iAMMember:IAMMember": { kind: "account", key: "serviceAccountId" },
  "gcp:pubsub/topicIAMMember:TopicIAMMember": { kind: "topic", key: "topic" },
  "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": {
    kind: "subscription",
    key: "subscription",
  },
  "gcp:storage/bucketIAMMember:BucketIAMMember": { kind: "bucket", key: "bucket" },
  "gcp:secretmanager/secretIamMember:SecretIamMember": { kind: "secret", key: "secretId" },
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": {
    kind: "repository",
    key: "repository",
  },
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": { kind: "key", key: "cryptoKeyId" },
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": { kind: "function", key: "name" },
};

/**
 * Every binding of a run of the stack `dev` in `acme-data`, sorted, in the words of the docs.
 * Accounts and resources are named by what comes after the stack's prefix.
 */
export function bindingsOf(
  registrations: readonly Pick<Registration, "type" | "inputs">[],
): Binding[] {
  return registrations
    .flatMap(({ type, inputs }) => {
      const target = TARGETS[type];
      if (target === undefined) return [];
      const condition = inputs["condition"] === undefined ? "" : ", only buckets gcf-v2-sources-…";
      return [
        {
          member: shortMember(String(inputs["member"])),
          role: String(inputs["role"]),
          on: `${target.kind} ${shortName(String(inputs[target.key]))}`.trim() + condition,
        },
      ];
    })
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Google's services by the domain of their agents. */
const AGENTS: Readonly<Record<string, string>> = {
  "gcp-sa-artifactregistry": "Artifact Registry",
  "gcp-sa-eventarc": "Eventarc",
  "gcp-sa-pubsub": "Pub/Sub",
  "gcp-sa-secretmanager": "Secret Manager",
  "gcf-admin-robot": "Cloud Functions",
  "gs-project-accounts": "Cloud Storage",
  "serverless-robot-prod": "Cloud Run",
};

function key({ member, role, on }: Binding): string {
  return `${member} ${role} ${on}`;
}

/** `invoker` for an account of the stack, `Pub/Sub agent` for one of Google's. */
export function shortMember(member: string): string {
  const agent = Object.entries(AGENTS).find(([domain]) => member.includes(`@${domain}.`));
  return agent === undefined
    ? shortName(member.replace(/^serviceAccount:/, ""))
    : `${agent[1]} agent`;
}

/**
 * `objects` for `projects/acme-data/topics/mixpanel-import-dev-objects`; a bucket loses its hash,
 * the project its name.
 */
export function shortName(name: string): string {
  const last = name.replace(/^.*\//, "").replace(/@.*/, "");
  if (last === "acme-data") return "";
  const short = last.replace(/^(acme-data-)?mixpanel-import-dev-?/, "");
  return short.replace(/-?[0-9a-f]{6}$/, "") || "landing";
}
